"""On what and with what a measurement was made."""
import datetime
import importlib.metadata
import os
import pathlib
import platform
import re
import subprocess

SETS = r"sse4_2|avx2|fma|f16c|avx512(f|bw|vl|dq|_vnni|_bf16|_fp16)|avx_vnni|amx_\w+"
PACKAGES = ["torch", "transformers", "onnxruntime", "onnx", "onnxscript", "numpy"]


def first(path, pattern):
    found = re.search(pattern, pathlib.Path(path).read_text(), re.MULTILINE)
    return found.group(1) if found else "unknown"


def processor(name):
    return first("/proc/cpuinfo", rf"^{name}\s*: (.*)$")


def describe_machine():
    kib = int(first("/proc/meminfo", r"^MemTotal:\s*(\d+)"))
    pages = pathlib.Path("/sys/kernel/mm/transparent_hugepage/enabled")
    sets = [flag for flag in processor("flags").split() if re.fullmatch(SETS, flag)]
    return {
        "CPU": f"{processor('model name')} (family {processor('cpu family')}, "
               f"model {processor('model')})",
        "cores": len(os.sched_getaffinity(0)),
        "instruction sets": " ".join(sets),
        "memory": f"{kib / 2**20:.1f} GiB",
        "transparent huge pages": first(pages, r"\[(\w+)\]") if pages.exists() else "none",
        "system": f"{platform.system()} {platform.release()}",
        "load before": f"{os.getloadavg()[0]:.2f}",
    }


def commit():
    """Of the tree that holds these scripts; "unknown" outside of one."""
    asked = subprocess.run(["git", "-C", pathlib.Path(__file__).parent, "describe", "--always",
                            "--dirty"], capture_output=True, text=True)
    return asked.stdout.strip() or "unknown"


def made():
    return f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%d}, commit {commit()}"


def version_of(package):
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "absent"


def describe_versions(program):
    return {"Python": platform.python_version(), "mpibert": "; ".join(program.version())} | {
        name: version_of(name) for name in PACKAGES}
