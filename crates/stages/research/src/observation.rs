//! What one file says: observations, each with its line and how sure it is.
//!
//! A front sees one file and nothing else. What it cannot know (a constant of another file, the value
//! of an environment variable) stays symbolic in a [`Value`]; `link` evaluates it with the whole tree
//! in view. Observations are plain and serialisable: they are what the cache keeps.

use serde::{Deserialize, Serialize};

use crate::schema::SchemaChange;
use model::finding::Certainty;

/// Everything that one file says.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FileFacts {
    /// Id of the front that read it.
    pub front: String,
    /// Package or module, as the file states it.
    pub module: String,
    pub seen: Vec<Observed>,
    /// Constants and functions that other files may refer to: qualified name in the file
    /// (`Urls.ORDERS`, `settings.base_url`) and its value.
    pub exports: Vec<(String, Value)>,
    /// Names of this file that come from elsewhere: `(alias, module, name)`.
    pub imports: Vec<(String, String, String)>,
    /// What could not be read: line and reason.
    pub faults: Vec<(u32, String)>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Observed {
    /// 1-based.
    pub line: u32,
    pub certainty: Certainty,
    /// The declaration it stands in: `OrderController.create`; empty at the file's top.
    pub within: String,
    pub what: Observation,
}

/// A text that may not be known yet.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Value {
    Text(String),
    /// Pieces joined.
    Concat(Vec<Value>),
    /// An environment variable, and what is taken where it is not set.
    Env {
        name: String,
        default: Option<Box<Value>>,
    },
    /// A configuration key (`orders.url`), and its default.
    Config {
        key: String,
        default: Option<Box<Value>>,
    },
    /// A name that this file does not define: `Urls.ORDERS`, `settings.base_url`.
    Symbol(String),
    /// One of several.
    Either(Vec<Value>),
    /// Known at run time only: an id in a path, a parameter.
    Hole,
}

/// What can be seen in a file. Code, configuration, deployment, build, schema, contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Observation {
    // ---- code
    Route(Route),
    Mount(Mount),
    Call(OutgoingCall),
    Client(Client),
    Connection(Connection),
    Message(Message),
    /// The program plays a role (`config-server`, `service-registry`, `gateway`, `registry-client`,
    /// `monitoring`, ...), by annotation, dependency or set-up. Role ids are those of `data/libraries`.
    Role {
        role: String,
        library: String,
    },
    Entity(Entity),
    Query(Query),
    Guard(Guard),
    Resilience(Resilience),
    /// Code reads an environment variable or a configuration key.
    ReadsEnv {
        name: String,
        default: Option<Value>,
    },
    ReadsConfig {
        key: String,
        default: Option<Value>,
    },
    /// Work started by the clock.
    Schedule {
        every: Value,
    },
    /// The program starts here (`main`, `SpringApplication.run`, `app.listen`).
    Entry {
        port: Option<Value>,
    },
    /// A test case.
    Test,
    /// A type that other code refers to: what it extends, so that inherited routes and interfaces resolve.
    Declares(Declaration),
    /// A literal bound to a credential's name. The literal itself is never kept: `value` is what
    /// [`crate::secret::masked`] says of it (`12 characters`). Resolved where it looks like a real
    /// credential, inferred where it is a plain word; placeholders are not observed.
    Secret {
        key: String,
        value: String,
    },
    /// State that all requests share and that is written after start.
    SharedState {
        name: String,
    },
    /// Size of a handler, for advice: statements and distinct things it calls.
    Handler {
        name: String,
        statements: u32,
        calls: u32,
    },

    // ---- configuration
    /// `key = value` of a configuration file, flattened with dots, list items as `[0]`.
    /// `${X:default}` is already a [`Value`].
    Setting {
        key: String,
        value: Value,
        profile: Option<String>,
    },

    // ---- deployment
    Workload(Box<Workload>),
    /// A name under which workloads are reached (Kubernetes Service, compose alias).
    Address {
        name: String,
        selects: Vec<(String, String)>,
        ports: Vec<u16>,
        /// The name outside of the cluster that it stands for (`ExternalName`).
        external: Option<String>,
        /// Open to the outside (`LoadBalancer`, `NodePort`).
        published: bool,
    },
    /// Named values that workloads may take in (ConfigMap, Secret, env_file).
    Values {
        name: String,
        entries: Vec<(String, Value)>,
        secret: bool,
    },
    /// A proxy sends what matches to an upstream.
    ProxyRoute(ProxyRoute),
    /// A resource of infrastructure as code: `aws_db_instance`, its name and what it says.
    Resource {
        kind: String,
        name: String,
        settings: Vec<(String, Value)>,
    },

    // ---- build
    Module(Module),

    // ---- schema and contracts
    Schema(SchemaChange),
    Contract(Contract),
}

/// A route that this program answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Route {
    /// `GET`, `POST`, ...; `*` for any; absent where the declaration does not say.
    pub method: Option<String>,
    /// Without the prefixes of routers it is mounted under; with those of its own class.
    pub path: Value,
    /// The part of the path that its class gives.
    pub group: Option<Value>,
    /// The router it is declared on, where it can be mounted elsewhere: a name of this file (`router`).
    pub router: Option<String>,
    /// The function that answers: `OrderController.create`, `list_orders`.
    pub handler: Option<String>,
    /// `http`, `grpc`, `graphql`, `websocket`.
    pub protocol: String,
}

/// A router hung under a prefix of another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mount {
    pub parent: Option<String>,
    /// A name of this file, a symbol of another, or [`FOLDER`] and a path from this file's folder.
    pub child: Value,
    pub prefix: Value,
}

/// Begins the name of all routes below a folder.
pub const FOLDER: &str = "folder ";

/// A request to another system.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OutgoingCall {
    /// `http`, `grpc`, `smtp`, ...
    pub protocol: String,
    pub method: Option<String>,
    /// Address: a whole URL, a host and port, or a path where the client holds the base.
    pub target: Value,
    /// The client it goes through: a name of this file, its field or type.
    pub client: Option<String>,
    /// The name of a discovered service or generated stub, where that is what names the target
    /// (Feign's `name`, `lb://orders`, `NewCartServiceClient` gives `CartService`).
    pub service: Option<Value>,
    /// Stated at the call itself.
    pub timeout: bool,
    pub library: String,
    /// Inside a loop of the function.
    pub in_loop: bool,
}

/// A client is made: where its limits are set, or not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Client {
    pub library: String,
    pub protocol: String,
    /// The name it is bound to.
    pub name: Option<String>,
    pub base: Option<Value>,
    /// `Some(true)` set here, `Some(false)` visibly not set, `None` not to be seen here.
    pub timeout: Option<bool>,
    pub breaker: Option<bool>,
    pub retry: Option<bool>,
    pub balanced: bool,
}

/// A connection to a store, cache, broker or search engine.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Connection {
    /// Id of a technology, or of a family of them (`postgresql`, `redis`, `jdbc`); absent where the address tells.
    pub technology: Option<String>,
    /// Address, or a whole connection string.
    pub target: Value,
    pub database: Option<Value>,
    pub library: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    Produces,
    Consumes,
}

/// A message sent or taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    pub direction: Direction,
    /// Technology of the broker (`kafka`, `rabbitmq`).
    pub technology: String,
    /// Topic, queue, exchange or subject.
    pub topic: Value,
    pub library: String,
}

/// A class that is kept in a store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    pub name: String,
    /// Where the code names it.
    pub table: Option<String>,
    pub fields: Vec<EntityField>,
    pub library: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EntityField {
    pub name: String,
    /// As written.
    pub of: String,
    /// The entity it refers to, where it is a relation.
    pub refers: Option<String>,
    pub many: bool,
    pub optional: bool,
    pub line: u32,
}

/// A query of a store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Query {
    pub library: String,
    /// SQL text, where there is one.
    pub sql: Option<Value>,
    /// Entity or table it is about, where it can be told.
    pub entity: Option<String>,
    pub in_loop: bool,
    pub writes: bool,
}

/// Who may: authentication and authorisation as code or set-up states it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Guard {
    /// `jwt`, `oauth2`, `basic`, `session`, `api-key`, `role`, `none` (stated to be open).
    pub kind: String,
    /// The route, class or function it guards; empty for the whole program.
    pub covers: String,
    pub library: String,
}

/// A circuit breaker, retry, timeout, bulkhead or load balancing, where it is stated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resilience {
    /// `breaker`, `retry`, `timeout`, `bulkhead`, `rate-limit`, `load-balancing`, `fallback`.
    pub kind: String,
    /// The function, client or service it is about; empty for the whole program.
    pub covers: String,
    pub library: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Declaration {
    pub name: String,
    pub supers: Vec<String>,
    pub interface: bool,
    /// Names of its annotations, as written.
    pub annotations: Vec<String>,
    /// `get`, `post`, `list`, ... by which it answers, where a library gives its methods that meaning.
    pub answers: Vec<String>,
    /// What its annotations put before the paths of its routes.
    pub prefixes: Vec<Value>,
    /// What extends it has them too.
    pub bequeaths: bool,
}

/// Something that is deployed and runs: a compose service, a Kubernetes workload, a Dockerfile.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Workload {
    /// `compose`, `kubernetes`, `dockerfile`, `helm`, `terraform`, `procfile`.
    pub source: String,
    pub name: String,
    pub image: Option<Value>,
    /// Folder it is built from, relative to the tree's root.
    pub build: Option<String>,
    /// Which Dockerfile, relative to the tree's root.
    pub dockerfile: Option<String>,
    /// Its variables, with the line of each. What is taken from one entry of [`Observation::Values`] is
    /// the symbol `name/entry`.
    pub env: Vec<(String, Value, u32)>,
    /// Names of [`Observation::Values`] taken in whole.
    pub takes: Vec<String>,
    /// Ports it listens on, inside.
    pub ports: Vec<u16>,
    /// Ports open to the outside.
    pub published: Vec<u16>,
    pub depends_on: Vec<(String, u32)>,
    /// Those of `depends_on` that its network is opened to (compose's `links`).
    pub reaches: Vec<String>,
    /// Files and folders of the tree that it is given at run time.
    pub mounts: Vec<String>,
    /// Where what it prints is sent, by its log driver.
    pub logs_to: Vec<(Value, u32)>,
    /// Other names it is reached by (container_name, network aliases, links).
    pub aliases: Vec<String>,
    pub labels: Vec<(String, String)>,
    pub command: Option<String>,
    pub replicas: Option<u32>,
    pub health: bool,
    pub readiness: bool,
    /// Limits stated: cpu, memory, as written.
    pub cpu: Option<String>,
    pub memory: Option<String>,
    /// Keeps data on a volume.
    pub volume: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProxyRoute {
    /// `nginx`, `envoy`, `ingress`, `apache`, `haproxy`, `gateway`.
    pub by: String,
    /// Host it answers to, where it is said.
    pub host: Option<String>,
    pub path: Value,
    /// URL, host, or name of the upstream.
    pub upstream: Value,
    /// The part of the path that is cut before it is sent on.
    pub strips: Option<String>,
    pub timeout: bool,
}

/// A unit of build: a pom, a package.json, a go.mod, a Cargo.toml, a csproj.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Module {
    pub name: String,
    /// `java`, `kotlin`, `go`, `python`, `typescript`, `rust`, `csharp`, `ruby`, `php`.
    pub language: String,
    /// Holds other modules and nothing of its own (a parent pom, a workspace).
    pub aggregates: Vec<String>,
    pub dependencies: Vec<Dependency>,
    /// What starts it, where the file says so (`"start": "node server.js"`, `[[bin]]`, main class).
    pub starts: Option<String>,
    /// A library for others, by its own word.
    pub library: bool,
    /// What it inherits from: the path of the build file where it can be in the tree, and its coordinates
    /// (`pom.xml org.acme:parent`, `org.acme:parent`).
    pub parent: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dependency {
    /// As its registry names it: `group:artifact`, `@scope/name`, `github.com/a/b`. A module of the same build
    /// is as the build file refers to it (`:common`, `../Common/Common.csproj`); what the build runs is
    /// `plugin:name`; an entry of a version catalogue `libs.name`.
    pub name: String,
    pub version: Option<String>,
    /// Used by tests alone.
    pub test: bool,
    pub line: u32,
}

/// A contract file: what it promises.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contract {
    /// `openapi`, `asyncapi`, `protobuf`, `graphql`.
    pub kind: String,
    pub title: String,
    /// `servers` of OpenAPI, package of protobuf.
    pub base: Option<String>,
    pub operations: Vec<ContractOperation>,
    pub types: Vec<ContractType>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContractOperation {
    /// `GET`; `rpc`, `rpc stream`; `query`, `mutation`, `subscription`; `send`, `receive`.
    pub method: String,
    /// Path with parameters as `{id}`; `CartService/AddItem`; a field; a channel.
    pub path: String,
    pub id: Option<String>,
    pub line: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ContractType {
    pub name: String,
    pub fields: Vec<(String, String)>,
    pub line: u32,
}

impl Value {
    pub fn text(text: impl Into<String>) -> Self {
        Value::Text(text.into())
    }
    /// The text, where it is known whole.
    pub fn known(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}
