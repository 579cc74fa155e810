"""The Python SDK of the Model Context Protocol against `groundplan-mcp`.

    python protocol.py PROGRAM REPOSITORY

Ends with the line 'N passed, N failed'.
"""

import asyncio
import hashlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import traceback
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

PROGRAM, REPOSITORY = (Path(a).resolve() for a in sys.argv[1:3])
EXAMPLE = REPOSITORY / "examples" / "orders"
MODES = ["auto", "legacy"]

passed = failed = 0


class Wrong(Exception):
    pass


def expect(condition, what):
    if not condition:
        raise Wrong(what)


async def check(name, test):
    global passed, failed
    try:
        with tempfile.TemporaryDirectory() as folder:
            await asyncio.wait_for(test(Path(folder)), 300)
        passed += 1
        print(f"ok {name}")
    except Exception as error:
        failed += 1
        print(f"FAILED {name}: {error}")
        traceback.print_exc()


def stdio(folder, *arguments):
    return StdioServerParameters(command=str(PROGRAM), args=[str(folder), *arguments])


async def call(client, tool, refused=False, **arguments):
    result = await client.call_tool(tool, arguments)
    expect(bool(result.is_error) == refused, f"{tool}: {result.content}")
    told = json.loads(result.content[0].text)
    if not refused:
        expect(told == result.structured_content, f"{tool}: text and data differ")
    expect(told["tokens"] > 0, f"{tool} does not say what it costs")
    return told


def state(folder):
    """Every file outside the state folder, with its hash."""
    files = [p for p in sorted(folder.rglob("*")) if p.is_file() and ".groundplan" not in p.parts]
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def shop(folder):
    for name in ["brief.yaml", "architecture.yaml"]:
        shutil.copy(EXAMPLE / name, folder / name)
    return folder


# What is offered.


def offers(mode):
    async def test(folder):
        shop(folder)
        async with Client(stdio(folder), mode=mode) as client:
            tools = (await client.list_tools()).tools
            expect(len(tools) <= 15, f"{len(tools)} tools")
            for tool in tools:
                expect(tool.output_schema and tool.input_schema, f"{tool.name} has no schemas")
            resources = (await client.list_resources()).resources
            uris = [str(r.uri) for r in resources]
            expect("groundplan://folder/architecture.yaml" in uris, uris)
            for uri in uris:
                contents = (await client.read_resource(uri)).contents
                expect(contents[0].text, f"{uri} is empty")
            expect((await client.list_resource_templates()).resource_templates, "no templates")
            for prompt in (await client.list_prompts()).prompts:
                given = {"what": "a shop"} if prompt.arguments else {}
                messages = (await client.get_prompt(prompt.name, given)).messages
                expect(messages[0].content.text, f"{prompt.name} is empty")
            for bad in [lambda: client.call_tool("nothing", {}),
                        lambda: client.read_resource("groundplan://folder/../../etc/passwd"),
                        lambda: client.read_resource("file:///etc/passwd"),
                        lambda: client.get_prompt("nothing", {}),
                        lambda: client.get_prompt("discover", {})]:
                try:
                    await bad()
                    raise Wrong("it was answered")
                except MCPError:
                    pass
            # It goes on after all that.
            await call(client, "look")

    return test


# From an empty folder to a design.


async def the_loop(folder):
    brief = (EXAMPLE / "brief.yaml").read_text()
    cost = 0
    async with Client(stdio(folder)) as client:
        async def step(tool, **arguments):
            nonlocal cost
            told = await call(client, tool, **arguments)
            cost += told["tokens"]
            return told

        look = await step("look")
        expect("no brief" in look["overview"]["next"], look)
        word = await step("vocabulary", paths=["brief", "brief.domain.operations.*"])
        expect("effects:" in word["places"][1]["example"], word)
        made = await step("propose", base=look["revision"], reason="the letter", texts={"brief": brief})
        expect(made["verdict"] == "accepted", made)
        expect((folder / "brief.yaml").read_text() == brief, "the brief was changed on its way")
        asked = await step("questions")
        if asked["open"]:
            await step("questions", assume=True)
        plan = await step("plan")
        expect(2 <= len(plan["options"]) <= 3 and plan["recommended"], plan)
        design = await step("design")
        expect(design["findings"]["blocker"] == 0, design)
        numbers = await step("evaluate")
        expect(numbers["operations"] and numbers["system"]["cost_per_month"], numbers)
        await step("vocabulary", paths=["insight", "architecture.mechanisms.*"])
        tried = await step("evaluate", what_if=["load=3x"])
        expect(tried["moves"], tried)
        mechanism = {
            "promise": "No order is charged twice.",
            "how": "The payment provider gets the order's id as idempotency key.",
            "proof": [{"kind": "unverified", "text": "The provider's answer to a repeat was not tried."}],
        }
        change = [{"add": "mechanisms.charge-once", "value": mechanism}]
        better = await step("propose", base=design["revision"], reason="insight", changes=change, author="ada")
        expect(better["verdict"] == "accepted", better)
        text = (folder / "architecture.yaml").read_text()
        expect(re.search(r"charge-once:.*?author: agent", text, re.S), "the element does not say who wrote it")
        await step("check")
        rendered = await step("render")
        expect("design/DESIGN.md" in rendered["files"] and rendered["new"] > 20, rendered)
        history = await step("history")
        expect("ada: insight" in history["entries"][0], history)
        undone = await step("history", undo={"entry": better["entry"], "reason": "a test"})
        expect(undone["revision"] == design["revision"], undone)
        expect("charge-once" not in (folder / "architecture.yaml").read_text(), "it is still there")
    print(f"   the usual loop cost {cost} tokens")
    expect(cost < 15000, f"the loop cost {cost} tokens")


# Its own queries in a database.


async def measured(folder):
    shop(folder)
    before = state(folder)
    async with Client(stdio(folder)) as client:
        seen = await call(client, "measure", rows=20000, budget_s=10)
        expect(all(" in sqlite 3." in s for s in seen["stores"]) and seen["stores"], seen)
        expect(seen["queries"] and all(q["measured_us"] > 0 for q in seen["queries"]), seen)
        expect(state(folder) == before, "measuring without `keep` wrote")
        kept = await call(client, "measure", rows=20000, budget_s=10, keep=True)
        expect(kept["written"] == "measured.yaml" and (folder / "measured.yaml").is_file(), kept)
    async with Client(stdio(folder, "--read-only")) as client:
        now = state(folder)
        await call(client, "measure", refused=True, rows=1000, budget_s=5, keep=True)
        expect(state(folder) == now, "read-only wrote")
    # A server that is not there is said, without the password.
    nowhere = "postgresql://somebody:se-cr3t@127.0.0.1:1/none"
    async with Client(stdio(folder, "--database", nowhere)) as client:
        told = await call(client, "measure", refused=True)
        expect("se-cr3t" not in json.dumps(told), told)


# What is refused leaves no trace.


async def refused(folder):
    shop(folder)
    async with Client(stdio(folder)) as client:
        base = (await call(client, "look"))["revision"]
        before = state(folder)
        store = next(l for l in (await call(client, "look"))["overview"]["components"] if "(store" in l).split()[0]
        wrong = [
            {"changes": [{"set": "components.nobody.instances", "to": 3}]},
            {"changes": [{"set": f"components.{store}.instances", "to": "many"}]},
            {"changes": [{"add": f"components.{store}", "value": {"kind": "store"}}]},
            {"changes": [{"remove": f"components.{store}"}]},
            {"texts": {"architecture": "components: [\n"}},
            {"texts": {"architecture": "brief: ../../../etc/passwd\n"}},
            {"texts": {"brief": ""}},
        ]
        for proposal in wrong:
            told = await call(client, "propose", base=base, reason="wrong", **proposal)
            expect(told["verdict"] == "rejected" and told["brings"], f"{proposal}: {told}")
            expect(state(folder) == before, f"{proposal} left a trace")
        # All faults at once.
        both = [{"remove": "components.a"}, {"remove": "components.b"}]
        told = await call(client, "propose", base=base, reason="wrong", changes=both)
        expect(len(told["brings"]) == 2, told)
        for bad in [{"base": base, "reason": " ", "changes": both}, {"base": base, "reason": "x"},
                    {"base": base, "reason": "x", "changes": [{"set": "a"}]},
                    {"base": base, "reason": "x", "more": 1}, {"reason": "x"}]:
            await call(client, "propose", refused=True, **bad)
        for path in ["../brief.yaml", "/etc/passwd", "design/../../x.md"]:
            await call(client, "look", refused=True, path=path)
            await call(client, "research", refused=True, path=path)
        for tool, arguments in [("explain", {"id": "nothing-at-all"}), ("evaluate", {"operations": ["x"]}),
                                ("evaluate", {"load": -1}), ("simulate", {"stop": ["nobody"]}),
                                ("simulate", {"spike": 1e300}), ("plan", {"option": "none"}),
                                ("diff", {"from": "000000000000"}), ("history", {"undo": {"entry": 9, "reason": "x"}}),
                                ("vocabulary", {"paths": ["architecture.nothing"]}), ("vocabulary", {"paths": []})]:
            told = await call(client, tool, refused=True, **arguments)
            expect(told["error"], told)
        expect(state(folder) == before, "something left a trace")
        tried = await call(client, "propose", base=base, reason="tried", try_only=True,
                           changes=[{"set": "style", "to": "monolith"}])
        expect(tried["verdict"] in ("holds", "same", "rejected") and state(folder) == before, tried)
    async with Client(stdio(folder, "--read-only")) as client:
        names = [t.name for t in (await client.list_tools()).tools]
        expect("propose" not in names and "design" not in names, names)
        await call(client, "history", refused=True, undo={"entry": 1, "reason": "x"})
        expect(state(folder) == before, "read-only wrote")


# Two authors.


async def two_clients(folder):
    shop(folder)
    async with Client(stdio(folder)) as one, Client(stdio(folder)) as other:
        base = (await call(one, "look"))["revision"]
        expect((await call(other, "look"))["revision"] == base, "they see different states")
        risk = lambda text: {"text": text}
        mine = [{"add": "risks.one", "value": risk("The provider changes its prices.")}]
        theirs = [{"add": "risks.other", "value": risk("The team is two people.")}]
        first = await call(one, "propose", base=base, reason="one", changes=mine)
        expect(first["verdict"] == "accepted", first)
        stale = await call(other, "propose", base=base, reason="other", changes=theirs)
        expect(stale["verdict"] == "stale", stale)
        met = stale["meanwhile"]
        expect([c["path"] for c in met["theirs"]] == ["risks.one"], met)
        expect([c["path"] for c in met["yours"]] == ["risks.other"] and not met["conflicts"], met)
        again = await call(other, "propose", base=stale["revision"], reason="other", changes=theirs)
        expect(again["verdict"] == "accepted", again)
        same = [{"add": "risks.one", "value": risk("Something else.")}]
        conflict = await call(other, "propose", base=base, reason="other", changes=same)
        expect(conflict["meanwhile"]["conflicts"] == ["risks.one"], conflict)
        unknown = await call(one, "propose", base="nonsense", reason="x", changes=mine)
        expect(unknown["verdict"] == "stale" and "meanwhile" not in unknown, unknown)
        differ = await call(one, "diff", **{"from": base})
        expect({c["path"] for c in differ["changes"]} == {"risks.one", "risks.other"}, differ)

        # Many at once on one state: exactly one is accepted, the others are told what happened.
        base = (await call(one, "look"))["revision"]
        race = [call(c, "propose", base=base, reason="race", changes=[{"add": f"risks.race-{i}", "value": risk("r")}])
                for i, c in enumerate([one, other] * 4)]
        verdicts = sorted(t["verdict"] for t in await asyncio.gather(*race))
        expect(verdicts == ["accepted"] + ["stale"] * 7, verdicts)


# Over HTTP.


@asynccontextmanager
async def served(folder, *arguments, env=None):
    process = await asyncio.create_subprocess_exec(
        str(PROGRAM), str(folder), "--listen", "127.0.0.1:0", *arguments,
        stderr=asyncio.subprocess.PIPE, env={**os.environ, **(env or {})})
    try:
        line = (await process.stderr.readline()).decode()
        url = re.search(r"http://\S+", line).group()
        yield process, url
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


SECRET = "0123456789abcdef0123456789abcdef"


def over_http(mode):
    async def test(folder):
        shop(folder)
        async with served(folder, env={"GROUNDPLAN_TOKEN": SECRET}) as (_, url):
            headers = {"Authorization": f"Bearer {SECRET}"}
            async with httpx2.AsyncClient(headers=headers, timeout=120) as http:
                async with Client(streamable_http_client(url, http_client=http), mode=mode) as one, \
                           Client(streamable_http_client(url, http_client=http), mode=mode) as other:
                    looks = await asyncio.gather(*(call(c, "look") for c in [one, other] * 3))
                    expect(len({l["revision"] for l in looks}) == 1, looks)
                    base = looks[0]["revision"]
                    change = [{"add": "risks.http", "value": {"text": "r"}}]
                    made = await call(one, "propose", base=base, reason="http", changes=change)
                    expect(made["verdict"] == "accepted", made)
                    stale = await call(other, "propose", base=base, reason="http", changes=change)
                    expect(stale["verdict"] == "stale", stale)

    return test


async def the_doorkeeper(folder):
    shop(folder)
    before = state(folder)
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
    accept = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    good = {**accept, "Authorization": f"Bearer {SECRET}"}
    async with served(folder, env={"GROUNDPLAN_TOKEN": SECRET}) as (process, url):
        # A connection each: the server closes one whose body it does not want to read.
        async def status(headers, **more):
            async with httpx2.AsyncClient(timeout=60) as http:
                return (await http.post(url, headers=headers, **more)).status_code

        async with httpx2.AsyncClient(timeout=60) as http:
            expect(await status(accept, json=body) == 401, "no token")
            expect(await status({**accept, "Authorization": "Bearer wrong"}, json=body) == 401, "a wrong token")
            expect(await status({**accept, "Authorization": f"Basic {SECRET}"}, json=body) == 401, "another scheme")
            expect(await status({**good, "Origin": "https://evil.example"}, json=body) == 403, "a page elsewhere")
            expect(await status({**good, "Host": "evil.example"}, json=body) == 403, "another host")
            expect(await status(good, content=b"x" * (17 * 1024 * 1024)) == 413, "a body of 17 MB")
            expect(400 <= await status(good, content=b"{") < 500, "half a message")
            elsewhere = await http.get(url.replace("/mcp", "/brief.yaml"), headers=good)
            expect(elsewhere.status_code == 404, "another path")
        expect(process.returncode is None, "it went down")
    async with served(folder) as (process, url):
        told = (await process.stderr.readline()).decode()
        expect(re.search(r"Bearer \.\.\.\): [0-9a-f]{64}$", told.strip()), told)
    expect(state(folder) == before, "something was written")
    run = lambda *a, **k: subprocess.run([str(PROGRAM), *a], capture_output=True, text=True, timeout=60, **k)
    outside = run(str(folder), "--listen", "0.0.0.0:0")
    expect(outside.returncode == 2 and "other machines" in outside.stderr, outside.stderr)
    short = run(str(folder), "--listen", "127.0.0.1:0", env={**os.environ, "GROUNDPLAN_TOKEN": "short"})
    expect(short.returncode == 2 and "short" not in short.stderr.replace("shorter", ""), short.stderr)
    missing = run(str(folder / "none"))
    expect(missing.returncode == 2 and missing.stderr, missing.stderr)


# Clients that do not keep to the protocol, give up or die.


class Raw:
    """A client that says what it likes, a line each."""

    def __init__(self, folder):
        self.process = subprocess.Popen(
            [str(PROGRAM), str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        start = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "raw", "version": "1"}}
        self.say({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": start})
        self.hear()
        self.say({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def say(self, message):
        self.line(json.dumps(message).encode())

    def line(self, data):
        self.process.stdin.write(data + b"\n")
        self.process.stdin.flush()

    def hear(self):
        return json.loads(self.process.stdout.readline())

    def ask(self, id, tool, arguments):
        self.say({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": {"name": tool, "arguments": arguments}})

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


async def malformed(folder):
    shop(folder)
    before = state(folder)
    lines = [b"", b"{", b"nonsense", b"[]", b"null", b'{"jsonrpc": "2.0"}', b'{"jsonrpc": "1.0", "id": 1, "method": "ping"}',
             b'{"jsonrpc": "2.0", "id": {}, "method": "ping"}', b"\xff\xfe\x00", b"[" * 100000,
             b'{"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": 7}}',
             b'{"jsonrpc": "2.0", "id": 3, "method": "no/such/method"}',
             b'{"jsonrpc": "2.0", "id": 4, "method": "tools/call", "params": {"name": "look", "arguments": [1]}}',
             b'{"jsonrpc": "2.0", "id": 5, "method": "ping", "params": {"pad": "' + b"x" * (17 * 1024 * 1024) + b'"}}']
    raw = Raw(folder)
    try:
        for id, line in enumerate(lines, 100):
            raw.line(line)
            raw.ask(id, "vocabulary", {"paths": ["quantities"]})
            while True:
                answer = raw.hear()
                if answer.get("id") == id:
                    break
                expect("error" in answer, f"{line[:80]} was answered: {str(answer)[:200]}")
            expect(answer["result"]["structuredContent"]["places"][0]["path"] == "quantities", answer)
        # The end of the stream is the end of the server.
        raw.process.stdin.close()
        expect(raw.process.wait(30) == 0, "it did not end well")
    finally:
        raw.end()
    expect(state(folder) == before, "something was written")


async def cancelled(folder):
    (folder / "brief.yaml").write_text((EXAMPLE / "brief.yaml").read_text())
    before = state(folder)
    async with Client(stdio(folder)) as client:
        try:
            await client.call_tool("design", {}, read_timeout_seconds=0.05)
            raise Wrong("the design took no time at all")
        except MCPError:
            pass
        # The server works on, and nobody's design was written.
        await call(client, "vocabulary", paths=["quantities"])
        plan = await call(client, "plan")
        expect(plan["options"], plan)
        expect(state(folder) == before, "a design was written that nobody waited for")


async def dies(folder):
    """Killed again and again while it writes: every state is one that was accepted, whole."""
    shop(folder)
    for round in range(12):
        raw = Raw(folder)
        raw.ask(1, "look", {})
        look = raw.hear()["result"]["structuredContent"]
        expect(look["overview"]["findings"]["blocker"] == 0, look)
        both = [{"set": "purpose", "to": f"Round {round}.", "in": "brief"},
                {"add": f"risks.round-{round}", "value": {"text": f"Round {round}."}}]
        raw.ask(2, "propose", {"base": look["revision"], "reason": f"round {round}", "changes": both})
        # Later from round to round, so that it is killed before, in and after its writing.
        await asyncio.sleep(0.2 * round)
        raw.end()
    async with Client(stdio(folder)) as client:
        look = await call(client, "look")
        expect(look["overview"]["findings"]["blocker"] == 0, look)
        history = (await call(client, "history"))["entries"]
        if history:
            expect(f"-> {look['revision']}]" in history[0], (look["revision"], history))
        # Brief and architecture are of the same round.
        brief = (folder / "brief.yaml").read_text()
        rounds = re.findall(r"round-(\d+):", (folder / "architecture.yaml").read_text())
        last = re.search(r"purpose:.*Round (\d+)\.", brief)
        expect((last.group(1) if last else None) == (rounds[-1] if rounds else None), (last, rounds))
        print(f"   {len(rounds)} of 12 rounds were accepted")
        # What the dead left behind goes with the next change.
        await call(client, "propose", base=look["revision"], reason="last", changes=[
            {"add": "risks.last", "value": {"text": "The last."}}])
        left = [p.name for p in folder.rglob("*.tmp")]
        expect(not left, left)


async def main():
    for mode in MODES:
        await check(f"tools, resources and prompts, {mode}", offers(mode))
    await check("from an empty folder to a design", the_loop)
    await check("measured in a database", measured)
    await check("what is refused leaves no trace", refused)
    await check("two clients on one folder", two_clients)
    for mode in MODES:
        await check(f"over HTTP, {mode}", over_http(mode))
    await check("who is let in over HTTP", the_doorkeeper)
    await check("messages that are none", malformed)
    await check("a cancelled call writes nothing", cancelled)
    await check("a client that dies", dies)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


asyncio.run(main())
