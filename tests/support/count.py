"""Adds up Google Test's JSON reports: prints passed, failed and the names of failed cases."""
import json
import pathlib
import sys

passed, failed, names = 0, 0, []
for report in sorted(pathlib.Path(sys.argv[1]).glob("*.json")):
    for suite in json.loads(report.read_text())["testsuites"]:
        for case in suite["testsuite"]:
            if case.get("status") == "NOTRUN" or case.get("result") == "SKIPPED":
                continue
            if case.get("failures"):
                failed += 1
                names.append(f'{case["classname"]}.{case["name"]}'.replace(" ", "_"))
            else:
                passed += 1
print(passed, failed, *names)
