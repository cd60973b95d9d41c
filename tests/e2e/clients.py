"""The kubectl binaries that the tests use."""
import json
import pathlib
import os
import shutil
import subprocess


def minor_of(binary, home):
    out = subprocess.run([binary, "version", "--client", "-o", "json"], capture_output=True, text=True, timeout=60,
                         env=dict(os.environ, HOME=home)).stdout
    return int(json.loads(out)["clientVersion"]["minor"].rstrip("+"))


def on_this_machine():
    """Every kubectl in PATH, and versioned ones beside it: a dispatcher is replaced by its versions."""
    found = []
    for folder in os.environ["PATH"].split(":"):
        plain = pathlib.Path(folder, "kubectl")
        if not os.access(plain, os.X_OK):
            continue
        real = plain.resolve()
        found += sorted(real.parent.glob("kubectl.1.*")) or [real]
    return list(dict.fromkeys(str(f) for f in found))


def debian_package(home):
    """Debian's kubectl unpacked below `home`, and None; or None and why not. What the machine has installed stays as it is."""
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        return None, "this machine has no apt"
    folder = pathlib.Path(home, "debian-kubectl")
    folder.mkdir()
    # apt drops its rights for downloads, and its user must be able to write here.
    folder.chmod(0o777)
    try:
        got = subprocess.run(["apt-get", "-q", "download", "kubernetes-client"], cwd=folder, capture_output=True, text=True, timeout=90)
    except subprocess.TimeoutExpired:
        return None, "apt-get download took too long"
    packages = list(folder.glob("*.deb"))
    if not packages:
        lines = [line for line in got.stderr.splitlines() if line.startswith("E:")] or ["apt-get download brought nothing"]
        return None, lines[0]
    subprocess.run(["dpkg", "-x", str(packages[0]), str(folder)], check=True, capture_output=True)
    return str(folder / "usr/bin/kubectl"), None


def find(home):
    """All clients as (minor, binary), oldest first, one of each version; and words on what was left out."""
    found, notes = {}, []
    for binary in on_this_machine():
        try:
            found.setdefault(minor_of(binary, home), binary)
        except (ValueError, KeyError, OSError, subprocess.SubprocessError) as e:
            notes.append(f"{binary} does not tell its version: {e}")
    if not any(minor <= 20 for minor in found):
        binary, why = debian_package(home)
        if binary:
            found.setdefault(minor_of(binary, home), binary)
        else:
            notes.append(f"Debian's kubectl (kubernetes-client) is skipped: {why}")
    return sorted(found.items()), notes
