"""What words answers anew, where a shop has set a generator; imported only then."""

from concierge.answering.phrasing import Phrasing, TextGenerator
from concierge.artifacts.store import ArtifactStore
from concierge.bootstrap.clients import client
from concierge.settings import AnswerSettings, MissingSetting

_KINDS = "openai:https://…, sagemaker:endpoint[/component] or onnx:model-id"


def phrasing(settings: AnswerSettings, store: ArtifactStore) -> Phrasing:
    """Return what asks the generator of the settings, or raise MissingSetting."""
    return Phrasing(_generator(settings, store), settings.generator_timeout_s)


def _generator(settings: AnswerSettings, store: ArtifactStore) -> TextGenerator:
    kind, _, target = settings.generator.partition(":")
    if not target:
        raise MissingSetting(
            f"environment variable GENERATOR is {settings.generator!r}, not {_KINDS}"
        )
    if kind == "openai":
        return _openai(settings, target)
    if kind == "sagemaker":
        from concierge.adapters.generator_sagemaker import SageMakerGenerator

        runtime = client("sagemaker-runtime", settings.generator_timeout_s, attempts=1)
        endpoint, _, component = target.partition("/")
        return SageMakerGenerator(runtime, endpoint, component)
    if kind == "onnx":
        return _onnx(settings, store, target)
    raise MissingSetting(f"environment variable GENERATOR is {settings.generator!r}, not {_KINDS}")


def _openai(settings: AnswerSettings, address: str) -> TextGenerator:
    from concierge.adapters.generator_openai import OpenAiGenerator
    from concierge.adapters.keys_ssm import SsmKey

    name = settings.generator_key_parameter
    if name and not address.startswith("https://"):
        raise MissingSetting("environment variable GENERATOR needs https:// where a key is sent")
    try:
        if not name:
            return OpenAiGenerator(address, settings.generator_model)
        key = SsmKey(client("ssm", read_timeout_s=2.0, attempts=2), name)
        return OpenAiGenerator(address, settings.generator_model, key)
    except ValueError as error:
        raise MissingSetting(f"environment variable GENERATOR: {error}") from error


def _onnx(settings: AnswerSettings, store: ArtifactStore, model_id: str) -> TextGenerator:
    from concierge.adapters.generator_onnx import OnnxTextGenerator
    from concierge.generating.generator import open_generator

    folder = settings.work_folder / "generator" / model_id
    manifest = store.fetch("generator", model_id, folder)
    return OnnxTextGenerator(open_generator(folder, settings.encoder_threads, manifest))
