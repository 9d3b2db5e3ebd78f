"""A hub in small, on a free port of this machine: fetch_server.py FOLDER PORT_FILE

/<organisation>/<model>/resolve/main/<file> serves FOLDER/<organisation>/<model>/<file>; a file of
weights is answered as the hub does it, with a redirect that carries the size and the SHA-256, any
other with the hash that git has for it. /api/models/<organisation>/<model>/revision/main lists the
files. Models whose name tells so are served badly; FOLDER/requests gets a line a request, with the
token that came along."""

import hashlib
import http.server
import itertools
import json
import sys
import time
from pathlib import Path

folder = Path(sys.argv[1])
listing_path = "/revision/main?blobs=true"


def git_hash(content):
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def describe(path, model):
    content = path.read_bytes()
    file = {"rfilename": str(path.relative_to(model)), "size": len(content), "blobId": git_hash(content)}
    if path.name == "model.safetensors":
        digest = hashlib.sha256(content).hexdigest()
        file["lfs"] = {"sha256": digest, "size": len(content), "pointerSize": 134}
        file["blobId"] = "0" * 40
    return file


class Hub(http.server.BaseHTTPRequestHandler):
    def reply(self, code, content, headers=(), length=None):
        """length=False: none is announced."""
        self.send_response(code)
        for name, value in headers:
            self.send_header(name, value)
        if length is not False:
            self.send_header("Content-Length", str(len(content) if length is None else length))
        self.end_headers()
        self.wfile.write(content)

    def pour(self, pieces, pause=0.0):
        """Sends pieces until the other side has enough."""
        try:
            for piece in pieces:
                self.wfile.write(piece)
                self.wfile.flush()
                time.sleep(pause)
        except OSError:
            pass

    def do_GET(self):
        with open(folder / "requests", "a") as log:
            print(self.path, self.headers.get("Authorization", "-"), file=log)
        if self.path.startswith("/storage/"):
            return self.send_stored((folder / self.path[9:]).read_bytes())
        model = self.path.removeprefix("/api/models/").lstrip("/").split("/")[1]
        answer = getattr(self, "as_" + model, None)
        if answer is None or not answer():
            self.as_it_should()

    def as_it_should(self):
        if self.path.endswith(listing_path):
            return self.send_listing()
        path = folder / self.path.lstrip("/").replace("/resolve/main/", "/")
        if not path.is_file():
            return self.reply(404, b"<html>no such file</html>")
        content = path.read_bytes()
        if path.name == "model.safetensors":
            return self.send_elsewhere(path, hashlib.sha256(content).hexdigest(), len(content))
        self.reply(200, content, [("ETag", f'W/"{git_hash(content)}"')])

    def send_listing(self):
        path = folder / self.path.removeprefix("/api/models/").removesuffix(listing_path)
        if not path.is_dir() or (path / "unlisted").exists():
            return self.reply(404, b"{}")
        files = [describe(file, path) for file in path.rglob("*") if file.is_file()]
        self.reply(200, json.dumps({"siblings": files}).encode())

    def send_elsewhere(self, path, digest, size):
        self.reply(
            302,
            b"moved",
            [
                (
                    "Location",
                    f"http://localhost:{self.server.server_port}/storage/"
                    + str(path.relative_to(folder)),
                ),
                ("X-Linked-ETag", f'"{digest}"'),
                ("X-Linked-Size", str(size)),
            ],
        )

    def send_stored(self, content):
        if "cutoff" not in self.path:
            return self.reply(200, content, [("ETag", '"' + "f" * 32 + '"')])
        self.reply(200, content[: len(content) // 2], length=len(content))

    def asks(self, end):
        return self.path.endswith(end)

    def lie(self, digest=None, more=0):
        if not self.asks("model.safetensors"):
            return False
        path = folder / self.path.lstrip("/").replace("/resolve/main/", "/")
        content = path.read_bytes()
        self.send_elsewhere(
            path, digest or hashlib.sha256(content).hexdigest(), len(content) + more
        )
        return True

    # What follows is bad, a method a model: whether it has answered.

    def as_wronghash(self):
        return self.lie(digest="0" * 64)

    def as_wrongsize(self):
        return self.lie(more=1)

    def as_wrongtext(self):
        if not self.asks("vocab.txt"):
            return False
        self.reply(200, b"[PAD]\n[UNK]\n[CLS]\n[SEp]\n", [("ETag", '"' + "1" * 40 + '"')])
        return True

    def as_othertext(self):
        """As long as the listing says, and without a tag."""
        if not self.asks("vocab.txt"):
            return False
        self.reply(200, b"[PAD]\n[UNK]\n[CLS]\n[SEp]\n")
        return True

    def as_longer(self):
        if not self.asks("model.safetensors"):
            return False
        self.reply(200, b"", length=False)
        self.pour(itertools.repeat(b"x" * 65536))
        return True

    def as_endlesstext(self):
        if not self.asks("config.json"):
            return False
        self.reply(200, b"{", length=False)
        self.pour(itertools.repeat(b" " * 65536))
        return True

    def as_endlessweights(self):
        if not self.asks("model.safetensors"):
            return False
        self.reply(200, b"", length=False)
        self.pour(itertools.repeat(b"x" * 65536))
        return True

    def as_endlesslisting(self):
        if not self.asks(listing_path):
            return False
        self.reply(200, b'{"siblings": [', length=False)
        self.pour(itertools.repeat(b"[]," * 20000))
        return True

    def as_huge(self):
        if not self.asks("model.safetensors"):
            return False
        self.reply(200, b"x" * 100, length=10**15)
        return True

    def as_slow(self):
        if not self.asks("config.json"):
            return False
        self.reply(200, b"", length=1000)
        self.pour((b"        " for _ in range(125)), pause=1.0)
        return True

    def as_slowheaders(self):
        if not self.asks("config.json"):
            return False
        self.pour((b"HTTP/1.0 200 OK\r\n", *[b"X-Wait: 1\r\n"] * 100), pause=0.5)
        return True

    def as_silent(self):
        time.sleep(60)
        return True

    def as_loop(self):
        self.reply(302, b"", [("Location", self.path)])
        return True

    def as_tofile(self):
        self.reply(302, b"", [("Location", "file:///etc/hostname")])
        return True

    def as_page(self):
        self.reply(200, b"<html>Please log in</html>", [("Content-Type", "text/html")])
        return True

    def as_nameless(self):
        self.reply(200, b"<html>Please log in</html>")
        return True

    def as_gated(self):
        if self.headers.get("Authorization") == "Bearer hf_right":
            return False
        self.reply(401 if "Authorization" not in self.headers else 403, b"{}")
        return True

    def as_busy(self):
        self.reply(429, b"", [("Retry-After", "7")])
        return True

    def as_broken(self):
        self.reply(503, b"")
        return True

    def as_names(self):
        if not self.asks(listing_path):
            return False
        model = folder / "tests/names"
        files = [describe(file, model) for file in model.iterdir()]
        files += [{"rfilename": "../../planted"}, {"rfilename": "a\nb"}, {"rfilename": 3}, 7, None]
        self.reply(200, json.dumps({"siblings": files}).encode())
        return True

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


server = Server(("127.0.0.1", 0), Hub)
Path(sys.argv[2]).write_text(str(server.server_port))
server.serve_forever()
