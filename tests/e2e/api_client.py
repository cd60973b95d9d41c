"""A client of the API over HTTPS that knows what a failed request may have done."""
import base64
import http.client
import json
import os
import re
import ssl
import tempfile


class NotSent(Exception):
    """The server cannot have seen the request."""


class Unknown(Exception):
    """The request may have been carried out, or not, or later."""


def tls_of(kubeconfig):
    with open(kubeconfig) as f:
        text = f.read()
    def part(name):
        return base64.b64decode(re.search(rf"{name}-data: *(\S+)", text).group(1))
    context = ssl.create_default_context(cadata=part("certificate-authority").decode())
    with tempfile.TemporaryDirectory() as folder:
        for name in ("client-certificate", "client-key"):
            with open(os.path.join(folder, name), "wb", opener=lambda p, f: os.open(p, f, 0o600)) as f:
                f.write(part(name))
        context.load_cert_chain(os.path.join(folder, "client-certificate"), os.path.join(folder, "client-key"))
    return context


class Connection(http.client.HTTPConnection):
    def __init__(self, context, host, server, seconds):
        super().__init__(*server, timeout=seconds)
        self.context, self.of_host = context, host

    def connect(self):
        plain = self.of_host.connect(self.host, self.port, self.timeout)
        try:
            self.sock = self.context.wrap_socket(plain, server_hostname=self.host)
        except OSError:
            plain.close()
            raise


class Api:
    """One client: one connection at a time. After a failure the next server is asked; nothing is ever sent twice."""

    def __init__(self, kubeconfig, host, servers, seconds=5, first=0):
        self.context, self.host, self.servers, self.seconds = tls_of(kubeconfig), host, servers, seconds
        self.at, self.connection = first % len(servers), None

    def next(self):
        if self.connection:
            self.connection.close()
        self.connection, self.at = None, (self.at + 1) % len(self.servers)

    def request(self, method, path, body=None, kind="application/json"):
        """Code and document of the answer."""
        if not self.connection:
            connection = Connection(self.context, self.host, self.servers[self.at], self.seconds)
            try:
                connection.connect()
            except OSError as e:
                self.next()
                raise NotSent(f"{e!r}") from None
            self.connection = connection
        try:
            headers = {"Content-Type": kind} if body is not None else {}
            self.connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = self.connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as e:
            self.next()
            raise Unknown(f"{e!r}") from None
        try:
            document = json.loads(text)
        except ValueError:
            document = text.decode(errors="replace")
        if answer.status >= 500:
            # Another server may be better off.
            self.next()
        return answer.status, document

    def close(self):
        if self.connection:
            self.connection.close()
            self.connection = None
