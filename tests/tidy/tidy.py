"""The rules of the tree as a test: sizes, include direction, banned calls, tests beside sources.

Prints the number of rules that hold, or what breaks them.
"""
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
tracked = subprocess.run(["git", "-C", root, "ls-files"], capture_output=True, text=True).stdout.split("\n")
if not any(tracked):  # A tree without its history, as from an archive.
    tracked = [str(p.relative_to(root)) for p in root.rglob("*") if p.is_file() and "build" not in p.relative_to(root).parts[:1]]
files = [f for f in tracked if f and (root / f).is_file()]
cpp = [f for f in files if f.endswith((".cpp", ".hpp"))]
text = {f: (root / f).read_text(errors="replace") for f in cpp}
problems = []


def rule(name, found):
    """A rule holds if nothing was found against it."""
    problems.extend(f"{name}: {what}" for what in found)
    return not found


def lines(f):
    return text[f].count("\n")


def matching(prefixes, pattern):
    expression = re.compile(pattern)
    for f in cpp:
        if f.startswith(prefixes):
            for number, line in enumerate(text[f].split("\n"), 1):
                if expression.search(line.split("//")[0]):
                    yield f"{f}:{number}: {line.strip()[:100]}"


def size_limit(f):
    if f.startswith("tests/"):
        return 500
    return 200 if f.endswith(".hpp") else 400


def long_functions():
    """Bodies that begin with a brace at the end of an unindented line and end with one alone in the first column."""
    for f in cpp:
        begin, head = None, ""
        for number, line in enumerate(text[f].split("\n"), 1):
            if begin is None and line.endswith("{") and re.match(r"[A-Za-z_].*\)[^=]*\{$", line) and not line.startswith("namespace"):
                begin, head = number, line
            elif begin is not None and line == "}":
                if number - begin - 1 > 70 and not f.startswith("tests/"):
                    yield f"{f}:{begin} has a function of {number - begin - 1} lines, more than 70"
                begin = None


def unbuilt():
    """Sources that no build list names, and headers that nothing includes."""
    lists = {f: (root / f).read_text() for f in files if f.endswith("CMakeLists.txt")}
    named = " ".join(lists.values())
    included = set(re.findall(r'#include\s*"([^"]+)"', "\n".join(text.values())))
    for f in cpp:
        name = pathlib.Path(f).name
        if f.endswith(".cpp") and not re.search(r"(?<![\w])" + re.escape(name), named):
            yield f"{f} is in no CMakeLists.txt"
        if f.endswith(".hpp") and f not in included and name not in included and not f.startswith("tools/cmake/"):
            yield f"{f} is included by nothing"


def actor_folders():
    page = (root / "docs/actors.md").read_text()
    for folder in sorted({f.split("/")[1] for f in cpp if f.startswith("actors/")} - {"base"}):
        if f"`{folder}`" not in page and f"actors/{folder}" not in page:
            yield f"actors/{folder} is not in docs/actors.md"


pure = ("policies/",)
no_actors = ("policies/", "storage/", "net/")
test_names = " ".join(f for f in files if f.startswith("tests/"))
allowed_top = {"CMakeLists.txt", "CMakePresets.json", "README.md", "LICENSE", "actors", "storage", "net", "policies", "tools", "tests", "docs"}

held = [
    rule("size", [f"{f} has {lines(f)} lines, more than {size_limit(f)}" for f in cpp if lines(f) > size_limit(f)]),
    # JSON in a raw literal is easier to read in one line than cut.
    rule("line length", [f"{f}:{n} has {len(line)} columns, more than 120" for f in cpp
                         for n, line in enumerate(text[f].split("\n"), 1) if len(line) > 120 and '":' not in line]),
    rule("function size", list(long_functions())),
    rule("dead file", list(unbuilt())),
    rule("documented actors", list(actor_folders())),
    rule("clock or chance not injected", [x for x in matching(("actors/", "storage/"), r"system_clock::now|random_device|\brand\(\)") if not x.startswith("actors/base/")]),
    rule("top level", sorted({f.split("/")[0] for f in files} - allowed_top - {t for t in {f.split("/")[0] for f in files} if t.startswith(".")})),
    rule("actors library below actors/", list(matching(no_actors, r"#include\s*[<\"]caf/"))),
    rule("input and output in policies/", list(matching(pure, r"#include\s*<(rocksdb|boost/asio|fstream|thread|mutex|unistd\.h|sys/)"))),
    rule("clock or chance in policies/", list(matching(pure, r"system_clock::now|steady_clock::now|random_device|std::thread\b"))),
    rule("RocksDB outside storage/", list(matching(("policies/", "net/", "actors/", "tools/"), r"#include\s*<rocksdb"))),
    rule("imports upwards", list(matching(no_actors, r"#include\s*\"(actors|tools)/")) + list(matching(("actors/",), r"#include\s*\"tools/"))
         + list(matching(("policies/",), r"#include\s*\"(storage|net)/")) + list(matching(("storage/",), r"#include\s*\"net/"))
         + list(matching(("net/",), r"#include\s*\"storage/"))),
    rule("sleep in tests", list(matching(("tests/",), r"sleep_for|sleep_until|\busleep\("))),
    rule("detached spawn outside actors/base", [x for x in matching(("actors/", "tools/"), r"spawn<caf::detached") if not x.startswith("actors/base/")]),
    rule("test of its name", [f for f in cpp if f.startswith(("policies/", "storage/")) and f.endswith(".cpp") and pathlib.Path(f).stem not in test_names]),
    # Halves of a session are tested together, over real sockets.
    rule("tests of the folder", sorted({str(pathlib.Path(f).parent) for f in cpp if f.startswith(("net/", "actors/")) and f.endswith(".cpp")}
                                       - {str(pathlib.Path(f).parent)[len("tests/"):] for f in cpp if f.startswith("tests/")})),
    rule("regular expressions on hot paths", list(matching(("policies/", "net/", "storage/"), r"#include\s*<regex>"))),
]
if problems:
    print("\n".join(problems))
    sys.exit(1)
print(len(held))
