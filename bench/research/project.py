#!/usr/bin/env python3
"""Projects facts.json to the form of a published truth, so that its scorer can judge it.

project.py dataflow FACTS.json > OUT.json   components, connections by direction of data, endpoints
project.py calls    FACTS.json > OUT.json   connections from caller to callee

The facts say who opens a conversation; the published data flows say where data goes, and have a few
conventions of their own. Each is one rule here, and nothing else is done to the facts:

1. Data goes from a store, a configuration server and its repository, an authorisation server and a broker
   to who asks them, from what is measured to who measures, from a registry to a gateway, from another's
   website to who reads it. An administration server is the source of what it does. People and doors exchange
   both ways. Startup order is no connection; a network that a deployment opens is one.
2. What a gateway passes on to an authorisation server is one connection, not two.
3. What is not built there goes by its role: the repository of a configuration server, the mail server, an
   external website. A store that nothing deploys is counted for each service that uses it, as its database;
   one inside a service's process is none.
4. The truth reads code and compose files. Where there is a compose file, what only cluster manifests know
   is left out.
5. An endpoint is a path without the server's context path. The mapping of a class is one, a path that a
   client declares for a service is one, and an exported repository is one: its collection.
"""
import json
import sys

BACK = {"data", "configuration", "authorization", "consume", "external", "metrics"}
CLUSTER = {"kubernetes", "k8s", "helm", "charts", "chart", "openshift", "istio", "manifests"}


def is_cluster(place):
    words = place["file"].lower().replace("-", "/").split("/")[:-1]
    return any(word in CLUSTER for word in words)


def is_compose(place):
    return "compose" in place["file"].split("/")[-1]


def is_deployed(resource):
    return any(is_compose(place) or is_cluster(place) for place in resource["evidence"])


def role_name(facts, name, user):
    """What the truth calls a resource, seen from one of its users (rule 3)."""
    one = facts["resources"].get(name)
    if one is None:
        return name
    if one["kind"] == "mail":
        return "mail-server"
    if one["kind"] == "repository":
        return "github-repository"
    if one["kind"] == "external":
        return "external-website"
    if one["kind"] == "store" and not is_deployed(one) and user is not None:
        return f"database-{user}"
    return name


def dataflow(facts):
    services, resources = facts["services"], facts["resources"]
    places = [place for one in [*services.values(), *resources.values()] for place in one["evidence"]]
    if any(is_compose(place) for place in places):  # rule 4
        elsewhere = {
            name for name, one in resources.items() if one["evidence"] and all(map(is_cluster, one["evidence"]))
        }
    else:
        elsewhere = set()
    elsewhere |= {name for name, one in resources.items() if one.get("embedded")}
    links = [one for one in facts["links"] if not {one["from"], one["to"]} & elsewhere]
    gateways = {name for name, one in services.items() if one["role"] == "gateway"}
    routed = {(one["from"], one["to"]) for one in links if one["kind"] == "route"}
    components, connections = set(services), set()
    linked = set()
    for link in links:
        linked |= {link["from"], link["to"]}
        pair = (role_name(facts, link["from"], link["to"]), role_name(facts, link["to"], link["from"]))
        components |= set(pair)
        kind, back = link["kind"], pair[::-1]
        if kind == "startup" or (kind == "authorization" and (link["from"], link["to"]) in routed):
            continue
        if kind == "use":
            connections |= {pair, back}
        elif kind in BACK or (kind == "discovery" and link["from"] in gateways):
            connections.add(back)
        else:
            connections.add(pair)
    components |= {role_name(facts, name, None) for name in resources if name not in elsewhere | linked}
    return {
        "components": sorted(components),
        "connections": sorted(connections),
        "endpoints": [{"service": name, "path": path} for name, path in sorted(endpoints(facts, links))],
    }


def endpoints(facts, links):
    """Rule 5."""
    found = set()
    for name, one in facts["services"].items():
        base = one.get("base") or ""
        own = lambda path: (path[len(base):] if (path + "/").startswith(base + "/") else path) or "/"
        # An exported type answers by itself, its handler names no function of it.
        exported = {
            endpoint["handler"]
            for endpoint in one["endpoints"]
            if endpoint.get("group") and endpoint.get("handler") and "." not in endpoint["handler"]
        }
        for endpoint in one["endpoints"]:
            group, handler = endpoint.get("group"), endpoint.get("handler") or ""
            if group is not None:
                found.add((name, own(group)))
            if handler.split(".")[0] not in exported:
                found.add((name, own(endpoint["path"])))
    for link in links:
        if link["kind"] == "call" and link["to"] in facts["services"]:
            for about in link["about"]:
                method, _, path = about.rpartition(" ")
                if path.startswith("/") and method:
                    found.add((link["to"], path))
    return found


def calls(facts):
    return {"connections": sorted({(one["from"], one["to"]) for one in facts["links"] if one["kind"] != "startup"})}


if __name__ == "__main__":
    form, path = sys.argv[1:3]
    with open(path, encoding="utf-8") as file:
        facts = json.load(file)
    json.dump({"dataflow": dataflow, "calls": calls}[form](facts), sys.stdout, indent=1)
