#!/usr/bin/env python3
"""Endpoints found in code beside the contract that a repository ships.

    endpoints.py FACTS CONTRACT [--service ID] [--under /api] [--base /api] [--server /api] [-v]
    endpoints.py --table LIST

FACTS is what `groundplan research --json` prints (or its `facts`), CONTRACT an OpenAPI 2 or 3 file in
JSON or YAML, a client in TypeScript generated from one, or a list of `METHOD /path` lines. Methods and paths are compared with parameters blanked.
`--under` leaves out what was found outside of this prefix, which the contract does not speak of;
`--base` is what the contract says stands before all paths of its server, where the program itself does not
answer under it (a proxy does); `--server` what stands before the paths of a contract that does not say it. LIST holds a line `name facts contract options...` for each repository.
"""

import json
import re
import shlex
import sys

METHODS = {"get", "post", "put", "patch", "delete", "head", "options", "trace"}


def blank(path):
    """One form of a path: parameters are `{}`, no slash at the end."""
    path = path.split("?")[0]
    path = re.sub(r"\{[^}]*\}|:[A-Za-z_]\w*|<[^>]*>", "{}", path)
    return "/" + "/".join(part for part in path.split("/") if part)


def contract(file):
    text = open(file, encoding="utf-8").read()
    lines = [line.split() for line in text.splitlines() if line.strip()]
    if all(len(line) == 2 and line[0].lower() in METHODS | {"*"} for line in lines):
        return {(method.upper(), blank(path)) for method, path in lines}
    if file.endswith(".ts"):
        # A client that was generated from it.
        calls = re.findall(r"\.(\w+)<[^(]*\(\{[^{}]*?(?:\{[^{}]*\}[^{}]*?|\[[^\]]*\][^{}]*?)*url: '([^']+)'", text)
        return {(method.upper(), blank(path)) for method, path in calls if method in METHODS}
    if file.endswith(".snap"):
        text = text.split("---", 2)[2]
    if file.endswith(".json") or text.lstrip().startswith("{"):
        tree = json.loads(text)
    else:
        import yaml

        # Lines of a template that renders it.
        text = re.sub(r"(?m)^\s*\{\{.*\}\}\s*$", "", text)
        try:
            tree = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        except yaml.YAMLError:
            return outlined(text)
    base = tree.get("basePath") or ""
    servers = tree.get("servers") or []
    if servers:
        # The path of the first server; its host is not ours to compare.
        url = re.sub(r"^(\w+:)?//[^/]*", "", servers[0].get("url", ""))
        base = url if url.startswith("/") else ""
        base = "" if "{" in base else base
    found = set()
    for path, item in (tree.get("paths") or {}).items():
        for method in item:
            if method.lower() in METHODS:
                found.add((method.upper(), blank(base + "/" + path)))
    return found


def outlined(text):
    """Paths and methods of a YAML file that only its template makes whole, by their indentation."""
    found, path, inside = set(), None, False
    for line in text.splitlines():
        if re.match(r"paths:", line):
            inside = True
        elif re.match(r"\w", line):
            inside = False
        elif inside and (one := re.match(r"  ['\"]?(/[^'\":]*)['\"]?:\s*$", line)):
            path = one.group(1)
        elif inside and re.match(r"  \S", line):
            path = None
        elif inside and path and (one := re.match(r"    (\w+):\s*$", line)):
            if one.group(1) in METHODS:
                found.add((one.group(1).upper(), blank(path)))
    return found


def facts(file, service, under, base):
    tree = json.load(open(file, encoding="utf-8"))
    tree = tree.get("facts", tree)
    found = {}
    for name, one in tree["services"].items():
        if service and name not in service:
            continue
        for endpoint in one["endpoints"]:
            if endpoint["protocol"] != "http":
                continue
            path = blank("/".join(base) + "/" + endpoint["path"])
            if under and not any(path == one or path.startswith(one + "/") for one in under):
                continue
            found[(endpoint["method"], path)] = f'{endpoint["file"]}:{endpoint["line"]}'
    return found


def fits(wanted, found):
    """A route that answers any method answers this one."""
    return wanted in found or ("*", wanted[1]) in found


def compare(arguments):
    options = {"--service": [], "--under": [], "--base": [], "--server": []}
    plain, at, verbose = [], 0, False
    while at < len(arguments):
        one = arguments[at]
        if one in options:
            at += 1
            options[one].append(arguments[at])
        elif one == "-v":
            verbose = True
        else:
            plain.append(one)
        at += 1
    server = "/".join(options["--server"])
    wanted = {(method, blank(server + "/" + path)) for method, path in contract(plain[1])}
    found = facts(plain[0], options["--service"], options["--under"], options["--base"])
    missed = sorted(one for one in wanted if not fits(one, found))
    paths = {path for _, path in wanted}
    extra = sorted(
        one
        for one in found
        if one not in wanted and not (one[0] == "*" and one[1] in paths)
    )
    return wanted, found, missed, extra, verbose


def report(arguments):
    wanted, found, missed, extra, verbose = compare(arguments)
    hit = len(wanted) - len(missed)
    recall = hit / len(wanted) if wanted else 0.0
    precision = 1 - len(extra) / len(found) if found else 0.0
    print(
        f"contract {len(wanted)}  found {hit}  recall {recall:.3f}  "
        f"extra {len(extra)}  precision {precision:.3f}"
    )
    if verbose:
        for method, path in missed:
            print(f"  missed {method} {path}")
        for method, path in extra:
            print(f"  extra  {method} {path}  {found[(method, path)]}")


def table(file):
    for line in open(file, encoding="utf-8"):
        if line.strip() and not line.startswith("#"):
            name, *rest = shlex.split(line)
            print(f"{name:36}", end=" ")
            report(rest)


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    if sys.argv[1] == "--table":
        table(sys.argv[2])
    else:
        report(sys.argv[1:])
