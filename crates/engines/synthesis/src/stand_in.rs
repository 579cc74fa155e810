//! Stand-ins for facts that nobody has measured or published, each visible in the architecture.
//!
//! Without them one missing fact would leave every operation without times. They are assumptions of
//! the design, written where a person can see and change them, and noted as such.

use knowledge::{Knowledge, Operation as Fact, Role, Scope};
use model::{Architecture, ComponentKind, Duration, Latency, Ratio, Work};

/// What a provider's balancer or broker adds, where nothing is published: a round trip inside a
/// region with its queueing. An assumption; the design's documents show it as one.
const PROVIDERS_TIME: Latency = Latency {
    p50: Some(Duration::from_ms(1.0)),
    p95: None,
    p99: Some(Duration::from_ms(8.0)),
};

/// Keyed hashes over a short text; the client library computes it without a call. An assumption.
const SIGNING: Duration = Duration::from_ms(0.05);

/// An endpoint that another company runs, reached over the internet. An assumption: such endpoints
/// differ, and nobody waits for them but a worker.
const FOREIGN_ENDPOINT: Latency = Latency {
    p50: Some(Duration::from_ms(200.0)),
    p95: None,
    p99: Some(Duration::from_ms(2000.0)),
};

/// What is known of machines spread over several zones of a cloud: its host's published figure.
fn machines_over_zones(knowledge: &Knowledge, cloud: Option<&str>) -> Option<f64> {
    knowledge
        .technologies()
        .iter()
        .filter(|t| t.plays(Role::Host) && t.offerings_on(cloud.unwrap_or("")).next().is_some())
        .find_map(|t| {
            let figure = t
                .availability(Scope::ZoneRedundant)
                .or_else(|| t.availability(Scope::Region))?;
            Some(figure.fraction())
        })
}

/// Fills in what no fact tells.
///
/// - A runtime without a fact `call` spends on an outgoing call what it spends on a request: the
///   runtimes that were measured at both spend .7 to 1.2 times as much (data/measured).
/// - A store that the provider runs with a copy in a second zone is taken to be up as machines over
///   zones are: a provider's promise says when it pays credits, and counted as an expectation it
///   would make the same machines better in one's own hands. The promise stays in the note.
/// - Making a signed link takes `SIGNING`; a registered webhook endpoint `FOREIGN_ENDPOINT`.
/// - A balancer or broker that only a provider runs, without a fact, takes `PROVIDERS_TIME`.
pub(crate) fn fill(architecture: &mut Architecture, knowledge: &Knowledge, cloud: Option<&str>) {
    let fact = |technology: Option<&str>, fact: Fact| {
        knowledge
            .technology(technology?)?
            .demand(fact)?
            .cpu_us_for(1.0, 0.0, 1.0)
    };
    for path in architecture.paths.values_mut() {
        for step in path.steps.iter_mut().filter(|s| s.work == Work::Sign) {
            let keeps = architecture
                .components
                .get(&*step.on)
                .and_then(|c| c.technology.as_deref());
            if step.cpu.is_none() && step.wait.is_none() && fact(keeps, Fact::Sign).is_none() {
                // A wait, not processor time: the store of files has no processors of ours.
                step.wait = Some(SIGNING);
            }
        }
        for step in path.steps.iter_mut().filter(|s| s.work == Work::Call) {
            let runtime = architecture
                .components
                .get(&*step.on)
                .and_then(|c| c.technology.as_deref());
            if step.cpu.is_none()
                && fact(runtime, Fact::Call).is_none()
                && let Some(us) = fact(runtime, Fact::Request)
            {
                step.cpu = Some(Duration::from_ms(us / 1e3));
                step.note = Some("assumed: as much as a request; no call was measured".into());
            }
        }
    }
    for component in architecture.components.values_mut() {
        let copied = component.kind == ComponentKind::Store
            && component.managed
            && component.zones > Some(1)
            && component.replication.is_some();
        if copied
            && component.availability.is_none()
            && let Some(promise) = component
                .technology
                .as_deref()
                .and_then(|t| knowledge.technology(t))
                .and_then(|t| t.availability(Scope::ZoneRedundant))
            && let Some(machines) = machines_over_zones(knowledge, cloud)
            && machines > promise.fraction()
        {
            component.availability = Some(Ratio(machines));
            component.about.notes = Some(format!(
                "Availability taken as that of machines over zones, {}; the provider promises {} % ({}).",
                Ratio(machines),
                promise.percent,
                promise.source.cite()
            ));
        }
        let from = component.about.from.as_deref();
        if component.kind == ComponentKind::External
            && component.latency.is_none()
            && from == Some("patterns.webhook-delivery")
        {
            component.latency = Some(FOREIGN_ENDPOINT);
            component.about.notes =
                Some("Its latency is assumed; each endpoint has its own.".into());
        }
        let work = match component.kind {
            ComponentKind::LoadBalancer | ComponentKind::Gateway => Fact::Proxy,
            ComponentKind::Broker => Fact::Publish,
            _ => continue,
        };
        let technology = component.technology.as_deref();
        let providers = technology
            .and_then(|t| knowledge.technology(t))
            .is_some_and(|t| !t.self_hostable());
        if providers && component.latency.is_none() && fact(technology, work).is_none() {
            component.latency = Some(PROVIDERS_TIME);
            component.about.notes =
                Some("Its latency is assumed; the provider publishes none.".into());
        }
    }
}
