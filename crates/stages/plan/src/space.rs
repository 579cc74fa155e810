//! The structural choices that are open for a brief, each list bounded by hard constraints.
//!
//! What no number of the evaluation depends on (API style, versioning, pagination, authentication,
//! tenancy) and what the brief fixes (runtime, files) is decided before, by its decision file.

use knowledge::{Capability, Operation as Fact, Role, Technology};
use model::{Brief, Entity, FieldType, PageStyle, Style};
use synthesis::{AuthenticationBy, Choices, Messaging, SearchIn, Standby};

use crate::context::Ctx;
use crate::decisions;
use crate::types::Excluded;

/// Utilisation that pools are sized for in the busiest hour: a mean wait of about the service time on
/// one server, and less on several (M/M/1: wait = service x u / (1 - u)).
pub const UTILISATION_GOAL: f64 = 0.6;

/// What is open.
pub struct Space {
    /// A point from which the dimensions are varied; it holds what is fixed.
    pub base: Choices,
    pub styles: Vec<Style>,
    /// Technology, and whether the provider runs it.
    pub stores: Vec<(Option<String>, bool)>,
    pub standbys: Vec<Standby>,
    pub readers: Vec<u32>,
    pub caches: Vec<Option<String>>,
    pub messagings: Vec<Messaging>,
    pub searches: Vec<SearchIn>,
    pub platforms: Vec<Option<String>>,
    pub balancers: Vec<Option<String>>,
    pub zones: Vec<u32>,
    pub excluded: Vec<Excluded>,
    /// Whether every size of every structure is searched too, or those that synthesis buys are taken.
    /// Whoever only compares what is recommended under many briefs does without.
    pub sizes: bool,
}

impl Space {
    pub fn of(ctx: &Ctx) -> Self {
        let mut excluded = Vec::new();
        let mut take = |role: Role, needed: &[Capability], facts: &[Fact]| -> Vec<&Technology> {
            let (found, out) = ctx.of_role(role, needed);
            excluded.extend(out);
            found
                .into_iter()
                .filter(
                    |t| match ctx.unknown_demand(t, facts).filter(|_| !ctx.demanded(t)) {
                        Some(because) => {
                            excluded.push(Excluded {
                                technology: t.id.clone(),
                                role: role.word().into(),
                                because,
                            });
                            false
                        }
                        None => true,
                    },
                )
                .collect()
        };
        let local = ctx.needs.local;
        let stores = take(Role::Store, &store_needs(ctx.brief), STORE_FACTS);
        let mut caches = Vec::new();
        let mut brokers = Vec::new();
        let mut engines = Vec::new();
        let mut platforms = Vec::new();
        let mut balancers = Vec::new();
        if !local {
            if !ctx.stale_reads().is_empty() {
                caches = take(
                    Role::Cache,
                    &[Capability::KeyValue, Capability::Ttl],
                    &[Fact::Get, Fact::Set],
                );
            }
            if ctx.needs.background {
                brokers = take(
                    Role::Broker,
                    &[Capability::Durable, Capability::AtLeastOnce],
                    &[Fact::Publish, Fact::Consume],
                );
            }
            if ctx.needs.search {
                engines = take(Role::Search, &[], &[Fact::TextSearch]);
            }
            for role in [
                Role::Host,
                Role::ContainerPlatform,
                Role::Orchestrator,
                Role::Serverless,
            ] {
                platforms.extend(take(role, &[], &[]).into_iter().filter(|t| hosts(ctx, t)));
            }
            balancers = take(
                Role::LoadBalancer,
                &[Capability::Layer7, Capability::HealthChecks],
                &[Fact::Proxy],
            );
        }
        by_fitness(ctx, &mut brokers);
        by_fitness(ctx, &mut balancers);
        by_fitness(ctx, &mut caches);
        by_fitness(ctx, &mut engines);
        // A provider's balancer goes with the provider's platform; one is enough to weigh sizes by.
        balancers.truncate(1);
        brokers.truncate(2);
        caches.truncate(2);
        engines.truncate(1);
        let stores = store_variants(ctx, stores);
        let mut searches = vec![SearchIn::Nowhere];
        if ctx.needs.search {
            searches = vec![SearchIn::Store];
            searches.extend(engines.iter().map(|t| SearchIn::Engine(t.id.clone())));
        }
        let mut messagings = if ctx.needs.background && !local {
            vec![Messaging::TableQueue]
        } else {
            vec![Messaging::None]
        };
        messagings.extend(brokers.iter().map(|t| Messaging::Broker(t.id.clone())));
        let id = |t: &&Technology| Some(t.id.clone());
        let mut space = Space {
            base: base(ctx),
            styles: styles(ctx),
            stores,
            standbys: vec![Standby::None, Standby::Asynchronous, Standby::Synchronous],
            readers: vec![0],
            caches: std::iter::once(None).chain(caches.iter().map(id)).collect(),
            messagings,
            searches,
            platforms: platforms.iter().map(id).collect(),
            balancers: std::iter::once(None)
                .chain(balancers.iter().map(id))
                .collect(),
            zones: vec![1, 2, 3],
            excluded,
            sizes: true,
        };
        if !ctx.stale_reads().is_empty() && !local {
            space.readers = vec![0, 1, 2];
        }
        if local {
            space.standbys = vec![Standby::None];
            space.zones = vec![1];
            space.platforms = vec![None];
        }
        space
    }

    /// How many combinations there are.
    pub fn size(&self) -> usize {
        self.styles.len()
            * self.stores.len()
            * self.standbys.len()
            * self.readers.len()
            * self.caches.len()
            * self.messagings.len()
            * self.searches.len()
            * self.platforms.len()
            * self.balancers.len()
            * self.zones.len()
    }
}

/// The operations of a store that designs count on.
const STORE_FACTS: &[Fact] = &[
    Fact::PointRead,
    Fact::RangeRead,
    Fact::Insert,
    Fact::Update,
    Fact::Commit,
];

/// What the domain asks of any store.
pub fn store_needs(brief: &Brief) -> Vec<Capability> {
    let entities = || brief.domain.entities.values();
    let mut needed = vec![Capability::Durable];
    if entities().any(|e: &Entity| !e.relations.is_empty()) {
        needed.push(Capability::ForeignKeys);
    }
    if entities().any(|e| !e.unique.is_empty() || e.fields.values().any(|f| f.unique)) {
        needed.push(Capability::UniqueConstraints);
    }
    if brief.domain.operations.values().any(|o| o.writes()) {
        needed.push(Capability::Transactions);
    }
    if brief
        .domain
        .operations
        .values()
        .any(synthesis::needs::searches)
    {
        needed.push(Capability::FullText);
    }
    if entities().any(|e| e.fields.values().any(|f| f.kind == FieldType::Json)) {
        needed.push(Capability::Json);
    }
    needed
}

/// Least burden after skills first; then what the provider runs; then the id.
fn by_fitness(ctx: &Ctx, technologies: &mut [&Technology]) {
    let fit = |t: &Technology| {
        let managed = ctx.managed_here(t);
        let points = t
            .burden
            .managed
            .as_ref()
            .filter(|_| managed)
            .or(t.burden.self_hosted.as_ref())
            .map_or(5.0, |p| f64::from(p.points));
        let skill = match ctx.skill(t) {
            Some(model::Skill::Good) => 0.5,
            Some(model::Skill::Some) => 0.75,
            _ => 1.0,
        };
        (!ctx.demanded(t), points * skill + 0.1)
    };
    technologies.sort_by(|a, b| {
        let (x, y) = (fit(a), fit(b));
        x.0.cmp(&y.0)
            .then(x.1.total_cmp(&y.1))
            .then(a.id.cmp(&b.id))
    });
}

/// Our code can be deployed on it where the system runs.
fn hosts(ctx: &Ctx, technology: &Technology) -> bool {
    ctx.managed_here(technology) || ctx.demanded(technology)
}

fn styles(ctx: &Ctx) -> Vec<Style> {
    if ctx.needs.local {
        return vec![Style::Program];
    }
    let one = if ctx.contexts.len() > 1 {
        Style::ModularMonolith
    } else {
        Style::Monolith
    };
    let mut styles = vec![one, Style::Services];
    if ctx.contexts.len() > 1 {
        styles.push(Style::Microservices);
    }
    styles.push(Style::Serverless);
    styles
}

fn store_variants(ctx: &Ctx, mut stores: Vec<&Technology>) -> Vec<(Option<String>, bool)> {
    if ctx.brief.domain.entities.is_empty() {
        return vec![(None, false)];
    }
    by_fitness(ctx, &mut stores);
    let mut variants = Vec::new();
    for store in stores {
        let embedded = store.has(Capability::Embedded);
        if ctx.needs.local && !embedded {
            continue;
        }
        if ctx.managed_here(store) && !embedded {
            variants.push((Some(store.id.clone()), true));
        }
        if store.self_hostable() {
            variants.push((Some(store.id.clone()), false));
        }
    }
    if variants.is_empty() {
        variants.push((None, false));
    }
    variants
}

fn base(ctx: &Ctx) -> Choices {
    let decided = |d: model::Decision| d.chosen;
    Choices {
        style: Style::ModularMonolith,
        runtime: decided(decisions::runtime::decide(ctx)),
        store: None,
        managed_store: false,
        standby: Standby::None,
        readers: 0,
        cache: None,
        messaging: Messaging::None,
        files: decisions::files::choice(ctx),
        search: SearchIn::Nowhere,
        api: decisions::api_style::choice(&decided(decisions::api_style::decide(ctx))),
        platform: None,
        balancer: None,
        zones: 1,
        versioning: decisions::versioning::choice(&decided(decisions::versioning::decide(ctx))),
        pagination: match decided(decisions::pagination::decide(ctx)).as_str() {
            "offset" => PageStyle::Offset,
            _ => PageStyle::Cursor,
        },
        authentication: authentication(&decided(decisions::authentication::decide(ctx))),
        tenancy: decisions::tenancy::choice(&decided(decisions::tenancy::decide(ctx))),
        utilisation_goal: UTILISATION_GOAL,
        prices: ctx.prices.map(|p| p.id.clone()).unwrap_or_default(),
    }
}

fn authentication(word: &str) -> AuthenticationBy {
    [
        AuthenticationBy::OperatingSystem,
        AuthenticationBy::OwnTokens,
        AuthenticationBy::IdentityProvider,
        AuthenticationBy::ApiKeys,
        AuthenticationBy::MutualTls,
    ]
    .into_iter()
    .find(|a| a.word() == word)
    .unwrap_or(AuthenticationBy::OwnTokens)
}
