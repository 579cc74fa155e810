//! Linking: the observations of all files become one picture.
//!
//! ```text
//! index      files by path, names of one file in another      unit       what is built and runs here
//! world      settings, variables, names: values become texts   address    texts become hosts and paths
//! routes     endpoints with all their prefixes                 links      links while they are gathered
//! heirs      routes of base classes and interfaces
//! transcoded endpoints that a contract gives a gateway
//! bases      what stands before all paths of a unit             lacking    files that would say more, not read yet
//! calls      requests and their limits                         stores     connections and messages
//! settings   what configuration says through the tables        variables  what variables imply
//! proxies    what proxies send on                              roles      what roles imply
//! services   the facts of each unit                            beside   what infrastructure's own files say
//! watching   dashboards and administration servers             gateways whose routes are elsewhere
//! deployments which unit a workload runs
//! ```

mod address;
mod bases;
mod beside;
mod calls;
mod deployments;
mod gateways;
mod heirs;
mod index;
pub mod infrastructure;
mod lacking;
mod links;
mod proxies;
mod roles;
mod routes;
mod services;
mod settings;
mod stores;
mod transcoded;
mod unit;
mod values;
mod variables;
mod watching;
mod world;

use indexmap::IndexMap;
use model::fact::Facts;

use crate::observation::FileFacts;

pub use address::{Address, read as address_of};
pub use index::is_test;
pub use lacking::lacking;
pub use unit::kebab;

/// Links the facts of all files of a tree. `files` are in the order of their paths.
pub fn link(files: &[(String, FileFacts)]) -> Facts {
    let mut world = world::World::new(index::Index::new(files));
    let mounts = routes::Mounts::new(&world);
    let roles: Vec<_> = (0..world.units.len())
        .map(|unit| settings::roles(&world, unit))
        .collect();
    let mut links = links::Links::default();
    calls::of_code(&mut world, &mut links);
    settings::of_settings(&mut world, &mut links);
    settings::of_gateways(&mut world, &mut links);
    proxies::of_proxies(&mut world, &mut links);
    variables::of_variables(&mut world, &mut links, &roles);
    roles::links(&world, &mut links, &roles);
    watching::of_watchers(&world, &mut links, &roles);
    settings::of_drivers(&world, &mut links);
    roles::of_deployments(&world, &mut links);
    beside::of_resources(&world, &mut links, &roles);
    gateways::without_routes(&world, &mut links, &roles);
    roles::of_clients(&mut world, &mut links, &roles);
    roles::of_startup(&world, &mut links);
    let services: IndexMap<_, _> = (0..world.units.len())
        .map(|unit| services::service(&world, &mounts, &links, unit, &roles[unit]))
        .collect();
    let resources = services::resources(&world);
    let contracts = services::contracts(&world);
    let schemas = services::schemas(&world, &links);
    let not_services = world.not.clone();
    let (links, topics, unknowns) = links.finish();
    Facts {
        services,
        resources,
        links,
        topics: topics.into_iter().collect(),
        contracts,
        schemas,
        not_services,
        unknowns,
        ..Facts::default()
    }
}
