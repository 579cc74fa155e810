//! References by id. Each names the collection it points into (`x-ref` in the schema), so that the
//! loader resolves every reference the same way and can say what was meant.

/// A map in the order of the file, from id to element.
pub type Map<T> = indexmap::IndexMap<String, T>;

macro_rules! reference {
    ($(#[$doc:meta])* $name:ident, $collection:literal) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default,
            serde::Serialize, serde::Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "x-ref": $collection })
            }
        }
        impl std::ops::Deref for $name {
            type Target = str;
            fn deref(&self) -> &str {
                &self.0
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                $name(text.to_string())
            }
        }
        impl From<&String> for $name {
            fn from(text: &String) -> Self {
                $name(text.clone())
            }
        }
        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }
        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    };
}

reference!(
    /// An actor of the domain.
    ActorId, "actors");
reference!(
    /// An entity of the domain.
    EntityId, "entities");
reference!(
    /// An operation of the domain.
    OperationId, "operations");
reference!(
    /// A view of the domain.
    ViewId, "views");
reference!(
    /// A policy of the domain.
    PolicyId, "policies");
reference!(
    /// An event of the domain.
    EventId, "events");
reference!(
    /// A port: an external system.
    PortId, "ports");
reference!(
    /// A team of the brief.
    TeamId, "teams");
reference!(
    /// A component of the architecture.
    ComponentId, "components");
reference!(
    /// A bounded context.
    ContextId, "contexts");
reference!(
    /// A relation between two components.
    RelationId, "relations");
reference!(
    /// A table, collection, bucket or queue.
    TableId, "tables");
reference!(
    /// A trust boundary.
    BoundaryId, "boundaries");
reference!(
    /// A role.
    RoleId, "roles");
