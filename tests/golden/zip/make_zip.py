"""Writes model.zip, an archive as wheels are, and forged.zip, with a line break in a name:
python3 make_zip.py"""

import zipfile
from pathlib import Path

with zipfile.ZipFile(Path(__file__).parent / "forged.zip", "w") as archive:
    archive.writestr(zipfile.ZipInfo("a\nb"), b"")

with zipfile.ZipFile(Path(__file__).parent / "model.zip", "w", zipfile.ZIP_DEFLATED) as archive:
    for name, content in {
        "package/model/": b"",
        "package/model/config.json": b'{"hidden_size": 4}\n',
        "package/model/weights": bytes(i * i % 251 for i in range(20000)),
    }.items():
        archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
