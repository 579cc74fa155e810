//! Facts: what is true of code that stands already, each with file, line and how sure it is.
//!
//! `research` yields them; the recovered [`crate::architecture::Architecture`] is made from them, and
//! documents, rules and drift read them. They are kept as `facts.json`. Nothing here is designed:
//! what could not be followed is an [`UnknownFact`], not a guess.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::finding::Certainty;

/// Where in the tree something is said.
#[derive(
    Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema,
)]
pub struct Source {
    /// Relative to the tree's root, with `/`.
    pub file: String,
    /// 1-based; 0 where the file as a whole says it.
    pub line: u32,
}

/// Everything recovered from a tree.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Facts {
    /// Name of the system: the name of the folder, or of the root module.
    pub name: String,
    pub tree: TreeFact,
    /// What runs and is built here, by id.
    pub services: IndexMap<String, ServiceFact>,
    /// What runs and is not built here: stores, brokers, external systems, infrastructure, by id.
    pub resources: IndexMap<String, ResourceFact>,
    /// Who talks to whom, caller first. One per pair, kind and purpose.
    pub links: Vec<LinkFact>,
    pub topics: IndexMap<String, TopicFact>,
    /// Schemas as their migrations leave them, by store or, where no store is known, by folder.
    pub schemas: Vec<SchemaFact>,
    pub contracts: Vec<ContractFact>,
    /// Folders that look like a service and are none, and why.
    pub not_services: Vec<NotServiceFact>,
    /// What could not be followed.
    pub unknowns: Vec<UnknownFact>,
}

/// The tree that was read.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct TreeFact {
    pub files: u64,
    pub bytes: u64,
    /// Files parsed, by front.
    pub parsed: IndexMap<String, u64>,
    /// Files left out, by reason (`vendored`, `generated`, `minified`, `too-large`, `not-utf8`,
    /// `unreadable`, `link-outside`), with some of their names.
    pub left_out: IndexMap<String, LeftOut>,
    /// Files in which a part could not be parsed.
    pub faults: Vec<FaultFact>,
    /// Lines of source by language.
    pub lines: IndexMap<String, u64>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct LeftOut {
    pub files: u64,
    /// At most ten, sorted.
    pub some: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FaultFact {
    #[serde(flatten)]
    pub at: Source,
    pub reason: String,
}

/// What a service is for. The order is that of the document.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceRole {
    /// Serves the business.
    #[default]
    Business,
    /// Serves pages or files to people.
    Web,
    Gateway,
    Registry,
    ConfigServer,
    Authorization,
    /// Dashboards, admin servers, aggregators of metrics.
    Monitoring,
    Tracing,
    Logging,
    /// Works off queues or the clock and answers nothing.
    Worker,
    /// Drives load or tests.
    LoadGenerator,
    /// Runs once: migration, seed, command line.
    Job,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ServiceFact {
    /// Folder it is built from.
    pub folder: String,
    pub role: ServiceRole,
    pub language: Option<String>,
    /// Ids of the libraries that were recognised, sorted.
    pub libraries: Vec<String>,
    /// Names under which others reach it.
    pub names: Vec<String>,
    pub ports: Vec<u16>,
    /// Reached from outside.
    pub published: bool,
    /// The path before all of its endpoints, by the settings of its server.
    #[serde(default)]
    pub base: Option<String>,
    pub endpoints: Vec<EndpointFact>,
    pub entities: Vec<EntityFact>,
    pub environment: Vec<EnvironmentFact>,
    pub guards: Vec<GuardFact>,
    pub schedules: Vec<Source>,
    /// Number of test cases found.
    pub tests: u64,
    pub replicas: Option<u32>,
    pub health: Option<Source>,
    /// Who changed its folder most, by commits, where there is a history.
    pub owners: Vec<OwnerFact>,
    pub certainty: Certainty,
    /// Why it is held for a service: build file, main, deployment.
    pub evidence: Vec<Source>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EndpointFact {
    /// `GET`, `POST`, `*` for any, `RPC`, `QUERY`, ...
    pub method: String,
    /// Whole, with the prefixes of routers, servers and context paths; parameters as `{name}`.
    pub path: String,
    /// The part of the path that its class or router gives, the server's base included.
    #[serde(default)]
    pub group: Option<String>,
    pub protocol: String,
    pub handler: Option<String>,
    /// How it is reached from outside, through a gateway or proxy.
    pub outside: Vec<String>,
    /// `jwt`, `role`, `none` ..., where it is known.
    pub guard: Option<String>,
    pub certainty: Certainty,
    #[serde(flatten)]
    pub at: Source,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EntityFact {
    pub name: String,
    pub table: Option<String>,
    pub fields: Vec<FieldFact>,
    #[serde(flatten)]
    pub at: Source,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FieldFact {
    pub name: String,
    pub of: String,
    /// The entity it refers to.
    pub refers: Option<String>,
    pub many: bool,
    pub optional: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EnvironmentFact {
    pub name: String,
    /// Where code or configuration reads it.
    pub read: Vec<Source>,
    /// Where a deployment sets it.
    pub set: Vec<Source>,
    /// What is taken where nothing sets it. Never the value of a credential.
    pub default: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GuardFact {
    pub kind: String,
    pub covers: String,
    #[serde(flatten)]
    pub at: Source,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OwnerFact {
    pub name: String,
    pub commits: u64,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ResourceKind {
    Store,
    Cache,
    Broker,
    Search,
    ObjectStore,
    /// A system of others, reached by its own address.
    External,
    IdentityProvider,
    Mail,
    Proxy,
    Registry,
    ConfigServer,
    /// Configuration or code under version control, read at run time.
    Repository,
    Monitoring,
    Tracing,
    Logging,
    /// People and programs outside.
    Client,
    Other,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ResourceFact {
    pub kind: ResourceKind,
    /// Id of a technology, where it is known.
    pub technology: Option<String>,
    /// Host, where it is reached by one.
    pub host: Option<String>,
    /// Databases, schemas or indexes in it that are read here.
    pub databases: Vec<String>,
    pub names: Vec<String>,
    pub published: bool,
    /// Runs inside the process of its user, and is gone or shared with nobody outside of it.
    #[serde(default)]
    pub embedded: bool,
    pub health: Option<Source>,
    pub certainty: Certainty,
    pub evidence: Vec<Source>,
}

/// What a link is for; the order is that of the document.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum LinkKind {
    /// A request of one service to another.
    Call,
    /// A request to a system of others.
    External,
    /// Reads or writes a store.
    Data,
    /// Sends messages to a broker.
    Produce,
    /// Takes messages from a broker.
    Consume,
    /// A proxy or gateway sends requests on.
    Route,
    /// Tokens are checked or fetched.
    Authorization,
    /// Finds others, or registers itself.
    Discovery,
    Configuration,
    /// Reads measurements: a dashboard its aggregator, a scraper its targets.
    Metrics,
    /// Asks for health, and may change what runs: an administration server.
    Management,
    Tracing,
    Logging,
    Mail,
    /// A person or a load generator.
    Use,
    /// Its deployment opens the network to it, with nothing more known.
    Reach,
    /// Started after, with nothing more known.
    Startup,
}

/// One party talks to another. `from` is who opens the conversation (a consumer reads *from* the
/// broker, a service asks *its* configuration server, a scraper its targets).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LinkFact {
    pub from: String,
    pub to: String,
    pub kind: LinkKind,
    pub protocol: Option<String>,
    /// Endpoints of the callee, topics, or databases it is about.
    pub about: Vec<String>,
    pub timeout: Limit,
    pub breaker: Limit,
    pub retry: Limit,
    pub balanced: bool,
    pub certainty: Certainty,
    /// The place of the use first, then what resolved it (configuration, variable, manifest).
    pub evidence: Vec<Source>,
    /// How the target was found, in words: `ORDERS_HOST is orders in docker-compose.yml`.
    pub because: String,
}

/// Whether a limit is there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// Seen, and where.
    Set(Source),
    /// The client's construction and its defaults are in view, and it is not there.
    Absent(Source),
    /// Cannot be told.
    #[default]
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct TopicFact {
    /// Id of the resource that carries it.
    pub broker: Option<String>,
    pub producers: IndexMap<String, Vec<Source>>,
    pub consumers: IndexMap<String, Vec<Source>>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct SchemaFact {
    /// Id of the store it lives in, where that is known.
    pub store: Option<String>,
    /// The service whose folder keeps it.
    pub service: Option<String>,
    /// `flyway`, `liquibase`, `alembic`, `prisma`, `rails`, `entity-framework`, `sql`, ...
    pub tool: String,
    /// `postgresql`, `mysql`, `sqlite`, or empty where it cannot be told.
    pub dialect: String,
    /// Files in the order in which they apply.
    pub files: Vec<String>,
    pub tables: IndexMap<String, TableFact>,
    /// Statements that were not understood: they may have changed what is said here.
    pub skipped: Vec<FaultFact>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct TableFact {
    pub columns: IndexMap<String, ColumnFact>,
    pub primary_key: Vec<String>,
    /// Unique constraints and unique indexes, each its columns.
    pub unique: Vec<Vec<String>>,
    pub indexes: Vec<IndexFact>,
    pub foreign_keys: Vec<ForeignKeyFact>,
    #[serde(flatten)]
    pub at: Source,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ColumnFact {
    /// As the catalogue of its database would say it, where the dialect is known.
    pub of: String,
    pub nullable: bool,
    pub default: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct IndexFact {
    pub name: Option<String>,
    pub columns: Vec<String>,
    pub unique: bool,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct ForeignKeyFact {
    pub columns: Vec<String>,
    pub table: String,
    pub references: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ContractFact {
    /// `openapi`, `asyncapi`, `protobuf`, `graphql`.
    pub kind: String,
    pub title: String,
    /// The service that keeps it, or whose endpoints it describes.
    pub service: Option<String>,
    pub operations: Vec<String>,
    #[serde(flatten)]
    pub at: Source,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NotServiceFact {
    pub folder: String,
    pub why: String,
}

/// Something that matters and could not be followed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UnknownFact {
    /// `call-target`, `topic`, `store`, `route`, `schema`, ...
    pub about: String,
    /// The service it belongs to.
    pub service: Option<String>,
    /// What was seen: `axios.get(url)`; `url` is a parameter.
    pub text: String,
    #[serde(flatten)]
    pub at: Source,
}
