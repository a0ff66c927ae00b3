"""On which machine figures were measured."""

import os
import platform
from pathlib import Path


def cpu_name() -> str:
    """Return the CPU's name as the system gives it, with what it has for int8 products."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    fields = dict(line.split(":", 1) for line in lines if ":" in line)
    entries = {name.strip(): value.strip() for name, value in fields.items()}
    name = entries.get("model name") or platform.processor() or platform.machine()
    flags = set((entries.get("flags") or entries.get("Features") or "").split())
    known = {
        "avx2": "AVX2",
        "avx512_vnni": "AVX-512 VNNI",
        "avx_vnni": "AVX VNNI",
        "amx_int8": "AMX",
        "asimddp": "dot product",
        "i8mm": "i8mm",
    }
    able = [title for flag, title in known.items() if flag in flags]
    return f"{name} ({', '.join(able)})" if able else name


def describe_machine() -> dict[str, str | int]:
    """Return the CPU, its cores and the system, for a report."""
    return {
        "cpu": cpu_name(),
        "cores": os.cpu_count() or 1,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }
