#!/usr/bin/env python3
"""Projects facts.json to the form of a published truth, so that its scorer can judge it.

project.py dataflow FACTS.json > OUT.json   components, connections by direction of data, endpoints
project.py calls    FACTS.json > OUT.json   connections from caller to callee

In the data-flow form a store, a configuration server and an authorisation server send to who asks
them, a scraped service sends to its scraper, a consumer receives from its broker, and a registry sends
to a gateway; users and doors exchange both ways. Startup order is no connection.

The truth calls what is not built there by its role, not by its name: a configuration server's remote is the
github repository, a mail host the mail server, another public host an external website, a store that
nothing deploys the database of its service. `role_names` does the same.
"""
import json
import sys

REVERSED = {"data", "configuration", "authorization", "consume"}


def role_names(facts):
    names = {}
    readers = {}
    for link in facts["links"]:
        readers.setdefault(link["to"], set()).add((link["from"], link["kind"]))
    for name, one in facts["resources"].items():
        deployed = any(place["file"].split("/")[-1].startswith(("docker-compose", "compose")) for place in one["evidence"])
        if one["kind"] == "mail":
            names[name] = "mail-server"
        elif one["kind"] == "external":
            configures = any(kind == "configuration" for _, kind in readers.get(name, ()))
            names[name] = "github-repository" if configures else "external-website"
        elif one["kind"] == "store" and not deployed:
            users = sorted({user for user, _ in readers.get(name, ())})
            if len(users) == 1:
                names[name] = f"database-{users[0]}"
    return names


def dataflow(facts):
    services, resources = facts["services"], facts["resources"]
    named = role_names(facts)
    gateways = {name for name, one in services.items() if one["role"] == "gateway"}
    connections = []
    for link in facts["links"]:
        pair = (named.get(link["from"], link["from"]), named.get(link["to"], link["to"]))
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
        "components": sorted(set(services) | {named.get(name, name) for name in resources}),
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
