"""A hub in small, on a free port of this machine: fetch_server.py FOLDER PORT_FILE

/<organisation>/<model>/resolve/main/<file> serves FOLDER/<organisation>/<model>/<file>; a file of
weights is answered as the hub does it, with a redirect that carries the size and the SHA-256.
Models whose name tells so are served badly."""

import hashlib
import http.server
import sys
import time
from pathlib import Path

folder = Path(sys.argv[1])


class Hub(http.server.BaseHTTPRequestHandler):
    def reply(self, code, content, headers=()):
        self.send_response(code)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self):
        with open(folder / "requests", "a") as log:
            print(self.path, file=log)
        if self.path.startswith("/storage/"):
            return self.send_content((folder / self.path[9:]).read_bytes())
        path = folder / self.path.lstrip("/").replace("/resolve/main/", "/")
        if not path.is_file():
            return self.reply(404, b"<html>no such file</html>")
        content = path.read_bytes()
        if path.name != "model.safetensors":
            return self.reply(200, content, [("ETag", 'W/"' + "1" * 40 + '"')])
        digest = hashlib.sha256(content).hexdigest()
        if "wronghash" in self.path:
            digest = "0" * 64
        size = len(content) + ("wrongsize" in self.path)
        self.reply(
            302,
            b"moved",
            [
                ("Location", "/storage/" + str(path.relative_to(folder))),
                ("X-Linked-ETag", f'"{digest}"'),
                ("X-Linked-Size", str(size)),
            ],
        )

    def send_content(self, content):
        if "cutoff" not in self.path:
            return self.reply(200, content, [("ETag", '"' + "f" * 32 + '"')])
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2])
        self.wfile.flush()
        time.sleep(0.1)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub)
Path(sys.argv[2]).write_text(str(server.server_port))
server.serve_forever()
