#!/usr/bin/env python3
"""Projects facts.json to the form of a published truth, so that its scorer can judge it.

project.py dataflow FACTS.json > OUT.json   components, connections by direction of data, endpoints
project.py calls    FACTS.json > OUT.json   connections from caller to callee

In the data-flow form a store, a configuration server and an authorisation server send to who asks
them, a scraped service sends to its scraper, a consumer receives from its broker, and a registry sends
to a gateway; users and doors exchange both ways. Startup order is no connection.
"""
import json
import sys

REVERSED = {"data", "configuration", "authorization", "consume"}


def dataflow(facts):
    services, resources = facts["services"], facts["resources"]
    gateways = {name for name, one in services.items() if one["role"] == "gateway"}
    connections = []
    for link in facts["links"]:
        pair = (link["from"], link["to"])
        kind = link["kind"]
        back = (pair[1], pair[0])
        if kind == "startup":
            continue
        if kind == "use":
            connections += [pair, back]
        elif kind in REVERSED or (kind == "discovery" and link["from"] in gateways):
            connections.append(back)
        elif kind == "external":
            connections.append(back)
        elif kind == "metrics" and link["from"] in resources:
            connections.append(back)
        else:
            connections.append(pair)
    endpoints = [
        {"service": name, "path": endpoint["path"]}
        for name, one in services.items()
        for endpoint in one["endpoints"]
    ]
    return {
        "components": sorted(list(services) + list(resources)),
        "connections": sorted(set(connections)),
        "endpoints": endpoints,
    }


def calls(facts):
    return {"connections": sorted({(one["from"], one["to"]) for one in facts["links"] if one["kind"] != "startup"})}


if __name__ == "__main__":
    form, path = sys.argv[1:3]
    with open(path, encoding="utf-8") as file:
        facts = json.load(file)
    json.dump({"dataflow": dataflow, "calls": calls}[form](facts), sys.stdout, indent=1)
