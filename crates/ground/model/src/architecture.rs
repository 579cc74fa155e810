//! The architecture: components, relations, contracts, delivery. The one source of all that is
//! rendered. Data is in `data.rs`, promises and decisions are in `rationale.rs`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::brief::Brief;
use crate::data::Table;
use crate::domain::{DataClass, Latency, PageStyle, not};
use crate::ids::{
    BoundaryId, ComponentId, ContextId, EntityId, EventId, Map, OperationId, RelationId, RoleId,
    TableId,
};
use crate::quantity::{Bytes, Count, Duration, Rate, Ratio};
use crate::rationale::{AppliedPattern, Decision, EvolutionStage, Mechanism, OpenQuestion, Risk};

/// Who wrote an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Author {
    /// Groundplan's own design. A new run of design may propose to change it.
    Engine,
    /// Nobody but a person changes it. What is written by hand and says nothing is a person's.
    #[default]
    Person,
    /// A coding agent.
    Agent,
}

/// What every element may carry.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct About {
    /// Requirements it serves: model paths in the brief (`success.no-oversell`, `operations.pay`).
    #[serde(default)]
    pub serves: Vec<String>,
    /// Where it came from: a decision, a pattern, a place in code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(default)]
    pub author: Author,
    /// The author's reason, in the author's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notes: Option<String>,
}

/// The brief an architecture answers: another file, or written in place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum BriefSource {
    File(String),
    Inline(Box<Brief>),
}

/// The design, as `architecture.yaml` holds it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Architecture {
    /// The brief: `brief.yaml`, or a brief written in place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brief: Option<BriefSource>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<Style>,
    /// What was decided, and what was not chosen.
    #[serde(default)]
    #[schemars(extend("x-ids" = "decisions"))]
    pub decisions: Map<Decision>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "contexts"))]
    pub contexts: Map<Context>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "components"))]
    pub components: Map<Component>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "relations"))]
    pub relations: Map<Relation>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "tables"))]
    pub data: Map<Table>,
    /// How each operation runs through the components.
    #[serde(default)]
    #[schemars(extend("x-ids" = "paths"))]
    pub paths: Map<Path>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "contracts"))]
    pub contracts: Map<Contract>,
    /// Targets that differ from the brief's, by operation.
    #[serde(default)]
    pub targets: Map<Target>,
    #[serde(default)]
    pub security: Security,
    #[serde(default)]
    pub observability: Observability,
    #[serde(default)]
    pub delivery: Delivery,
    #[serde(default)]
    #[schemars(extend("x-ids" = "patterns"))]
    pub patterns: Map<AppliedPattern>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "mechanisms"))]
    pub mechanisms: Map<Mechanism>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "risks"))]
    pub risks: Map<Risk>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "questions"))]
    pub questions: Map<OpenQuestion>,
    /// Later stages, and what triggers each.
    #[serde(default)]
    #[schemars(extend("x-ids" = "evolution"))]
    pub evolution: Map<EvolutionStage>,
}

/// Architectural style (MISSION D1).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Style {
    /// A program that runs where it is called.
    Program,
    Monolith,
    ModularMonolith,
    /// One code base, several deployables over one database cluster.
    Services,
    Microservices,
    Serverless,
    EventDriven,
}

/// A bounded context: what one model and one team answer for.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Context {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(default)]
    pub entities: Vec<EntityId>,
    #[serde(default)]
    pub operations: Vec<OperationId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    #[serde(flatten)]
    pub about: About,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ComponentKind {
    /// Somebody or something that calls us.
    Client,
    Cdn,
    LoadBalancer,
    Gateway,
    /// Answers requests.
    Service,
    /// Works off queues, events and deferred jobs.
    Worker,
    /// Starts work by the clock.
    Scheduler,
    Store,
    Cache,
    Broker,
    ObjectStore,
    Search,
    IdentityProvider,
    /// A system that is not ours.
    External,
    /// A program run by a person.
    Program,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Component {
    pub kind: ComponentKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Id of a technology (`groundplan explain technology`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub technology: Option<String>,
    /// The contexts whose code runs here.
    #[serde(default)]
    pub contexts: Vec<ContextId>,
    /// The team that answers for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// How many run at the busiest hour. A store's count includes its replicas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instances: Option<u32>,
    /// Over how many zones they are spread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zones: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Size>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub autoscale: Option<Autoscale>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replication: Option<Replication>,
    /// Requests that one instance works on at once (threads, or connections accepted).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u32>,
    /// Keeps nothing between requests. Services are stateless unless they say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stateless: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposure: Option<Exposure>,
    /// The trust boundary it stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boundary: Option<BoundaryId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<Health>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<Backup>,
    /// What it holds is encrypted at rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encrypted: Option<bool>,
    /// Run by the provider.
    #[serde(default, skip_serializing_if = "not")]
    pub managed: bool,
    /// Availability of the whole component, where it is agreed or known better than its parts tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability: Option<Ratio>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<Latency>,
    /// How it is deployed on its own, or with which other component.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub runs_in: Option<ComponentId>,
    #[serde(flatten)]
    pub about: About,
}

/// Resources of one instance.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Size {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vcpu: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<Bytes>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disk: Option<Bytes>,
    /// Item of the price list it is bought as.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Autoscale {
    pub min: u32,
    pub max: u32,
    /// Adds an instance above this utilisation.
    pub at: Ratio,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Replication {
    pub mode: ReplicationMode,
    /// Replicas that answer reads.
    #[serde(default)]
    pub readers: u32,
    /// How far readers may lag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lag: Option<Duration>,
    /// How long a failover takes; absent where a person must act.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failover: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReplicationMode {
    Synchronous,
    Asynchronous,
    Quorum,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Exposure {
    /// Reachable from the internet.
    Public,
    /// Reachable inside the network.
    Internal,
    /// Reachable by its owner only.
    Private,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Health {
    /// The process is alive (`/health/live`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live: Option<String>,
    /// It can do its work, dependencies included (`/health/ready`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ready: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Backup {
    /// A full copy this often.
    pub every: Duration,
    pub keep: Duration,
    /// Restores to any moment, by continuous archiving.
    #[serde(default, skip_serializing_if = "not")]
    pub point_in_time: bool,
    /// A restore is rehearsed this often.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drill: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// The caller waits for the answer.
    #[default]
    Sync,
    /// The caller goes on.
    Async,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Relation {
    pub from: ComponentId,
    pub to: ComponentId,
    #[serde(default)]
    pub mode: Mode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// What it is for, in a few words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// The operations that use it; those of the paths unless said.
    #[serde(default)]
    pub operations: Vec<OperationId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<Duration>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<Retry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub breaker: Option<Breaker>,
    /// What is done when it does not answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fallback: Option<Fallback>,
    /// Connections that each instance of `from` keeps open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<u32>,
    /// Requests in flight at once, so that a slow callee cannot take the whole caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bulkhead: Option<u32>,
    #[serde(default)]
    pub classes: Vec<DataClass>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption: Option<Encryption>,
    /// How the caller proves who it is (`jwt`, `mtls`, `password`, `iam-role`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authentication: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery: Option<DeliveryGuarantee>,
    /// Messages with equal values of this stay in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ordered_by: Option<String>,
    /// Where messages go that cannot be handled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dead_letter: Option<DeadLetter>,
    /// The callee recognises a repeat. Derived from the operations unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotent: Option<bool>,
    /// The events it carries.
    #[serde(default)]
    pub events: Vec<EventId>,
    #[serde(flatten)]
    pub about: About,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Retry {
    /// Tries in all, the first one included.
    pub attempts: u32,
    /// Pause before the first repeat; it doubles.
    pub backoff: Duration,
    /// The pause is drawn at random between zero and its length.
    #[serde(default, skip_serializing_if = "not")]
    pub jitter: bool,
    /// Repeats stop when they are more than this share of all calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Ratio>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Breaker {
    /// Opens after this many failures in a row.
    pub failures: u32,
    /// Lets a try through after this time.
    pub recovery: Duration,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fallback {
    /// Another component that answers instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<ComponentId>,
    /// What the user sees then.
    pub shows: String,
    /// How old the answer may be then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staleness: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Encryption {
    None,
    Tls,
    MutualTls,
    /// Never leaves the machine.
    Local,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryGuarantee {
    AtMostOnce,
    AtLeastOnce,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct DeadLetter {
    /// The table, queue or topic that takes them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<TableId>,
    /// After how many tries.
    pub after: u32,
}

/// How one operation runs through the components. Evaluation reads nothing else of the operation
/// than its rate and its targets.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Path {
    pub steps: Vec<Step>,
    /// When the caller is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledge: Option<Acknowledge>,
    /// How its writes hold together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transaction: Option<Transaction>,
    #[serde(flatten)]
    pub about: About,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Acknowledge {
    /// When the transaction is durable.
    AfterCommit,
    /// When a durable queue has it.
    AfterEnqueue,
    /// When it was received; a crash loses it.
    OnReceipt,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Transaction {
    None,
    /// One database transaction.
    Local,
    /// One database transaction that also stores the messages to be sent.
    Outbox,
    /// Several transactions with compensations.
    Saga,
}

/// One piece of work of an operation at one component.
///
/// Demand of a step = times x probability x (fact(technology of `on`, `work`) with rows and
/// indexes), or `cpu` where it is said. Steps with the same `parallel` name run side by side;
/// `background` steps load the components and do not delay the caller.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Step {
    pub on: ComponentId,
    pub work: Work,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<TableId>,
    /// Columns by which rows are found, in the order of use.
    #[serde(default)]
    pub by: Vec<String>,
    /// Columns that order the rows read (`-created_at`).
    #[serde(default)]
    pub order: Vec<String>,
    /// Mean rows read or written each time; 1 unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<f64>,
    /// How often in one run; 1 unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<f64>,
    /// The share of runs in which it happens (a cache miss).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<Ratio>,
    /// The relation by which the request gets there; the only one between the two unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<RelationId>,
    /// The caller does not wait for it.
    #[serde(default, skip_serializing_if = "not")]
    pub background: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parallel: Option<String>,
    /// CPU time of one such step, where it is known better than from the technology's facts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu: Option<Duration>,
    /// Time of one such step that is not CPU (a remote system's answer).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<Duration>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The kinds of work that technologies have facts about. The names are the operation names of
/// `data/technologies`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Work {
    /// A runtime takes a request, decodes, encodes and answers.
    Request,
    /// A runtime calls another component.
    Call,
    /// A gateway or balancer passes a request on.
    Proxy,
    /// Work in a runtime that no fact describes; needs `cpu`.
    Compute,
    PointRead,
    RangeRead,
    Aggregate,
    TextSearch,
    Insert,
    Update,
    Delete,
    Commit,
    /// Claims a row of a queue table.
    Dequeue,
    Get,
    Set,
    Publish,
    Consume,
    /// Stores an object.
    Put,
    /// Signs a link, so that the client talks to the object store itself.
    Sign,
    /// An external system answers.
    External,
}

impl Work {
    /// The name as data files write it.
    pub fn id(self) -> &'static str {
        match self {
            Work::Request => "request",
            Work::Call => "call",
            Work::Proxy => "proxy",
            Work::Compute => "compute",
            Work::PointRead => "point-read",
            Work::RangeRead => "range-read",
            Work::Aggregate => "aggregate",
            Work::TextSearch => "text-search",
            Work::Insert => "insert",
            Work::Update => "update",
            Work::Delete => "delete",
            Work::Commit => "commit",
            Work::Dequeue => "dequeue",
            Work::Get => "get",
            Work::Set => "set",
            Work::Publish => "publish",
            Work::Consume => "consume",
            Work::Put => "put",
            Work::Sign => "sign",
            Work::External => "external",
        }
    }
    /// It changes what is stored.
    pub fn writes(self) -> bool {
        matches!(
            self,
            Work::Insert | Work::Update | Work::Delete | Work::Dequeue | Work::Set | Work::Put
        )
    }
    /// It finds rows of a table.
    pub fn reads_rows(self) -> bool {
        matches!(
            self,
            Work::PointRead | Work::RangeRead | Work::Aggregate | Work::Update | Work::Delete
        )
    }
}

/// An interface that one component offers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Contract {
    pub component: ComponentId,
    pub style: ApiStyle,
    /// The operations it offers; all of the component's contexts unless said.
    #[serde(default)]
    pub operations: Vec<OperationId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    #[serde(default)]
    pub versioning: Versioning,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pagination: Option<PageStyle>,
    /// How callers are known: `jwt`, `oidc`, `api-key`, `mtls`, `none`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authentication: Option<String>,
    /// Requests per caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate_limit: Option<RateLimit>,
    /// Notice before something is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notice: Option<Duration>,
    /// Largest request body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_body: Option<Bytes>,
    #[serde(flatten)]
    pub about: About,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum ApiStyle {
    Rest,
    Graphql,
    Grpc,
    Websocket,
    Events,
    /// Arguments and exit codes.
    CommandLine,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Versioning {
    /// Only additions, so that no version is needed.
    #[default]
    AdditiveOnly,
    /// In the path (`/v1`).
    Path,
    /// In a header.
    Header,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RateLimit {
    pub per_caller: Rate,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub burst: Option<Count>,
}

/// What is promised for an operation.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Target {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub availability: Option<Ratio>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency: Option<Latency>,
    #[serde(flatten)]
    pub about: About,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Security {
    /// Who or what acts: people, services, devices.
    #[serde(default)]
    pub identities: Map<Identity>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "roles"))]
    pub roles: Map<Role>,
    #[serde(default)]
    pub secrets: Map<Secret>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "boundaries"))]
    pub boundaries: Map<Boundary>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "threats"))]
    pub threats: Map<Threat>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Identity {
    /// How it proves itself.
    pub authentication: String,
    #[serde(default)]
    pub roles: Vec<RoleId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<ComponentId>,
    #[serde(flatten)]
    pub about: About,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Role {
    /// Operations it may start.
    #[serde(default)]
    pub operations: Vec<OperationId>,
    /// What it may do with tables; a database role.
    #[serde(default)]
    pub tables: Vec<Grant>,
    #[serde(flatten)]
    pub about: About,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Grant {
    pub table: TableId,
    pub may: Vec<Privilege>,
}

#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Privilege {
    Select,
    Insert,
    Update,
    Delete,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Secret {
    /// Where it is kept; never its value.
    pub kept_in: String,
    #[serde(default)]
    pub used_by: Vec<ComponentId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotation: Option<Duration>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Boundary {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The boundary around it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inside: Option<BoundaryId>,
    #[serde(flatten)]
    pub about: About,
}

/// STRIDE (Kohnfelder and Garg, The threats to our products, 1999).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ThreatKind {
    Spoofing,
    Tampering,
    Repudiation,
    InformationDisclosure,
    DenialOfService,
    ElevationOfPrivilege,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Threat {
    pub kind: ThreatKind,
    /// The relation that crosses a boundary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<RelationId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component: Option<ComponentId>,
    pub scenario: String,
    pub mitigation: String,
    #[serde(flatten)]
    pub about: About,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Observability {
    /// Metrics, logs and traces that are kept.
    #[serde(default)]
    #[schemars(extend("x-ids" = "signals"))]
    pub signals: Map<Signal>,
    #[serde(default)]
    #[schemars(extend("x-ids" = "alerts"))]
    pub alerts: Map<Alert>,
    #[serde(default)]
    pub dashboards: Map<Dashboard>,
    /// The header that carries the correlation id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SignalKind {
    Counter,
    Gauge,
    Histogram,
    Log,
    Trace,
    /// A synthetic request that is made all the time.
    Probe,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Signal {
    pub kind: SignalKind,
    pub on: ComponentId,
    pub what: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    #[serde(flatten)]
    pub about: About,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Alert {
    /// A signal's id.
    #[schemars(extend("x-ref" = "signals"))]
    pub signal: String,
    pub condition: String,
    /// Whether somebody is woken.
    #[serde(default, skip_serializing_if = "not")]
    pub page: bool,
    /// What to do first.
    #[serde(rename = "do")]
    pub action: String,
    #[serde(flatten)]
    pub about: About,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Dashboard {
    pub shows: Vec<String>,
    #[serde(flatten)]
    pub about: About,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
pub struct Delivery {
    #[serde(default)]
    pub environments: Map<Environment>,
    /// How a release reaches users.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollout: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rollback: Option<String>,
    /// How the schema changes without stopping.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub migrations: Option<String>,
    /// How infrastructure is described.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub infrastructure: Option<String>,
    /// Steps of the pipeline, in order.
    #[serde(default)]
    pub pipeline: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Environment {
    pub purpose: String,
    /// Size as a share of production.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Ratio>,
}
