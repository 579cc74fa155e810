//! The design space: what can be chosen, as one value.
//!
//! Technologies are ids of `knowledge`; nothing here or in the assembly knows one by name.

use model::{ApiStyle, PageStyle, Style, Tenancy, Versioning};

/// One point of the design space. `assemble` turns it into an architecture.
#[derive(Debug, Clone, PartialEq)]
pub struct Choices {
    pub style: Style,
    /// Technology that runs our code.
    pub runtime: String,
    /// Technology that keeps the records; `None` where nothing is kept.
    pub store: Option<String>,
    /// The provider runs the store.
    pub managed_store: bool,
    pub standby: Standby,
    /// Replicas that answer reads which may be stale.
    pub readers: u32,
    pub cache: Option<String>,
    pub messaging: Messaging,
    /// Technology that keeps files, where the domain has files.
    pub files: Option<String>,
    pub search: SearchIn,
    pub api: ApiStyle,
    /// Technology that our code is deployed on; `None` where a person starts the program.
    pub platform: Option<String>,
    /// Technology that spreads requests over instances.
    pub balancer: Option<String>,
    /// Over how many zones everything is spread.
    pub zones: u32,
    pub versioning: Versioning,
    pub pagination: PageStyle,
    pub authentication: AuthenticationBy,
    pub tenancy: Tenancy,
    /// Pools are sized so that the busiest hour uses this share of them.
    pub utilisation_goal: f64,
    /// Price list that the sizes are bought from.
    pub prices: String,
}

/// A second copy of the store that can take over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standby {
    /// None: a crash waits for the restart, a lost disk for the backup.
    None,
    /// It may lag: a failover can lose the last commits.
    Asynchronous,
    /// A commit waits for it: a failover loses nothing.
    Synchronous,
}

/// How work and events get from one process to another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Messaging {
    /// Everything happens in the request.
    None,
    /// Rows of a queue table, claimed with locks that others skip.
    TableQueue,
    /// A broker, fed by an outbox.
    Broker(String),
}

/// Where words are searched.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SearchIn {
    /// Nothing is searched.
    Nowhere,
    /// An inverted index of the store.
    Store,
    /// An engine of its own, fed by events.
    Engine(String),
}

/// How callers are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AuthenticationBy {
    /// The operating system knows who runs the program.
    OperatingSystem,
    /// Passwords and signed tokens of our own.
    OwnTokens,
    /// An identity provider.
    IdentityProvider,
    ApiKeys,
    MutualTls,
}

impl AuthenticationBy {
    /// The word as contracts write it.
    pub fn word(self) -> &'static str {
        match self {
            AuthenticationBy::OperatingSystem => "operating-system",
            AuthenticationBy::OwnTokens => "jwt",
            AuthenticationBy::IdentityProvider => "oidc",
            AuthenticationBy::ApiKeys => "api-key",
            AuthenticationBy::MutualTls => "mtls",
        }
    }
}
