//! What is drawn: the model mapped to the inputs of `picture`, once for SVG, mermaid and text.

pub(crate) mod agreement;
pub(crate) mod availability;
pub(crate) mod containers;
pub(crate) mod entities;
pub(crate) mod growth;
pub(crate) mod load;
pub(crate) mod sequence;

use model::ComponentKind;

use crate::picture::graph::Shape;

/// The outline of a component of that kind.
pub(crate) fn shape(kind: ComponentKind) -> Shape {
    match kind {
        ComponentKind::Client => Shape::Client,
        ComponentKind::Cdn | ComponentKind::LoadBalancer | ComponentKind::Gateway => Shape::Gateway,
        ComponentKind::Service | ComponentKind::Program => Shape::Box,
        ComponentKind::Worker | ComponentKind::Scheduler => Shape::Worker,
        ComponentKind::Store | ComponentKind::ObjectStore | ComponentKind::Search => Shape::Store,
        ComponentKind::Cache => Shape::Cache,
        ComponentKind::Broker => Shape::Queue,
        ComponentKind::IdentityProvider | ComponentKind::External => Shape::External,
    }
}

/// What a component of that kind is, in words.
pub(crate) fn kind_words(kind: ComponentKind) -> &'static str {
    match kind {
        ComponentKind::Client => "client",
        ComponentKind::Cdn => "content delivery network",
        ComponentKind::LoadBalancer => "load balancer",
        ComponentKind::Gateway => "gateway",
        ComponentKind::Service => "service",
        ComponentKind::Worker => "worker",
        ComponentKind::Scheduler => "scheduler",
        ComponentKind::Store => "store",
        ComponentKind::Cache => "cache",
        ComponentKind::Broker => "broker",
        ComponentKind::ObjectStore => "object store",
        ComponentKind::Search => "search engine",
        ComponentKind::IdentityProvider => "identity provider",
        ComponentKind::External => "external system",
        ComponentKind::Program => "program",
    }
}
