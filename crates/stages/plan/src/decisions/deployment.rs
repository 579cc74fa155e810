//! What our code runs on.
//!
//! Each platform that is to be had where the brief allows is the recommended candidate on it, with
//! what goes with it: the provider's balancer, or none on a single machine.

use model::Decision;

use super::Settled;
use super::neighbours::{self, Way};
use crate::bounds;
use crate::prose::{list, number};

pub const ID: &str = "deployment";

pub fn decide(s: &Settled) -> Option<Decision> {
    let ctx = s.ctx;
    let recommended = &s.recommended.measured.choices;
    let platform = recommended.platform.as_ref()?;
    let ways = s
        .space
        .platforms
        .iter()
        .filter(|p| {
            bounds::role(ctx, p.as_deref()) != Some(knowledge::Role::Serverless)
                || *p == &recommended.platform
        })
        .map(|p| {
            let mut c = recommended.clone();
            c.platform.clone_from(p);
            Way {
                id: p.clone().unwrap_or_else(|| "none".into()),
                choices: c,
            }
        })
        .collect();
    let excluded: Vec<(&str, &str)> = s
        .space
        .excluded
        .iter()
        .filter(|e| {
            matches!(
                e.role.as_str(),
                "host" | "container-platform" | "orchestrator" | "serverless"
            )
        })
        .map(|e| (e.technology.as_str(), e.because.as_str()))
        .collect();
    let weighing = neighbours::weigh(s, "What does our code run on?", ways, &excluded);
    let processes: Vec<String> = s
        .recommended
        .measured
        .architecture
        .components
        .iter()
        .filter(|(_, c)| crate::effort::runs_code(c))
        .map(|(id, c)| format!("{id} x {}", c.instances.unwrap_or(1)))
        .collect();
    let points = ctx.technology(platform).and_then(|t| {
        let points = t
            .burden
            .managed
            .as_ref()
            .or(t.burden.self_hosted.as_ref())?;
        Some(format!(
            " It carries {} of 10 points of burden: {}.",
            points.points, points.reason
        ))
    });
    let balancer = recommended
        .balancer
        .as_ref()
        .map_or(String::new(), |b| format!(" behind {}", ctx.name(b)));
    let because = format!(
        "{} run on {}{balancer}; the whole carries {} points of burden.{}",
        list(&processes),
        ctx.name(platform),
        number(s.recommended.measured.numbers.burden),
        points.unwrap_or_default()
    );
    Some(neighbours::finish(
        s,
        weighing,
        because,
        "more than ten kinds of process are deployed, or releases wait for machines".into(),
        &["constraints.cloud", "constraints.budget", "team.skills"],
    ))
}
