//! Endpoints of a gateway that answers for a contract: requests by HTTP become calls of its services.
//!
//! The contract says methods and paths (`google.api.http`), code says which services are served so.

use model::fact::{EndpointFact, Source};

use super::bases::Bases;
use super::index::{is_test, parent};
use super::world::World;
use crate::observation::{ContractOperation, Observation};

/// Of routes whose path is the name of a service in a contract; no name means every service.
pub const PROTOCOL: &str = "transcoded";

pub fn endpoints(world: &World, bases: &Bases, unit: usize) -> Vec<EndpointFact> {
    let mut found: Vec<EndpointFact> = Vec::new();
    for (path, seen) in world.seen(unit) {
        let Observation::Route(route) = &seen.what else {
            continue;
        };
        if route.protocol != PROTOCOL {
            continue;
        }
        let service = route.path.known().unwrap_or("");
        for (contract, operation) in operations(world, path, service) {
            let whole = bases.path("", &operation.path);
            let known = |one: &EndpointFact| one.method == operation.method && one.path == whole;
            if found.iter().any(known) {
                continue;
            }
            found.push(EndpointFact {
                method: operation.method.clone(),
                path: whole,
                protocol: "http".into(),
                handler: operation.id.clone(),
                outside: Vec::new(),
                guard: None,
                certainty: seen.certainty,
                at: Source {
                    file: contract.to_owned(),
                    line: operation.line,
                },
                group: None,
            });
        }
    }
    found
}

/// The operations by HTTP of a service: of the contract that is nearest to the code, where several have it.
fn operations<'a>(
    world: &World<'a>,
    code: &str,
    service: &str,
) -> Vec<(&'a str, &'a ContractOperation)> {
    let mut all: Vec<(&'a str, Vec<&'a ContractOperation>)> = Vec::new();
    for (path, facts) in world.index.files.iter().filter(|(path, _)| !is_test(path)) {
        for seen in &facts.seen {
            let Observation::Contract(one) = &seen.what else {
                continue;
            };
            let served = |one: &&ContractOperation| {
                let http = one.path.starts_with('/')
                    && one.method.bytes().all(|byte| byte.is_ascii_uppercase());
                http && one.id.as_deref().is_some_and(|id| is_of(id, service))
            };
            let operations: Vec<_> = one.operations.iter().filter(served).collect();
            if !operations.is_empty() {
                all.push((path, operations));
            }
        }
    }
    let shared = |path: &str| {
        let pairs = parent(path).split('/').zip(parent(code).split('/'));
        pairs.take_while(|(a, b)| a == b).count()
    };
    if !service.is_empty() {
        all.sort_by_key(|(path, _)| std::cmp::Reverse(shared(path)));
        all.truncate(1);
    }
    let flat = |(path, operations): (&'a str, Vec<&'a ContractOperation>)| {
        operations.into_iter().map(move |one| (path, one))
    };
    all.into_iter().flat_map(flat).collect()
}

/// Whether `shop.v1.Orders/Get` is a call of `Orders`.
fn is_of(id: &str, service: &str) -> bool {
    let own = id.rsplit_once('/').map_or(id, |(own, _)| own);
    service.is_empty() || own.rsplit('.').next() == Some(service)
}
