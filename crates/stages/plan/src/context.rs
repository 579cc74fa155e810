//! What every decision and the search ask of the brief and of knowledge, answered in one place.

use knowledge::{Capability, Knowledge, Operation as Fact, PriceList, Role, Technology};
use model::{Brief, Cloud, Context as Bounded, Map, OnCall, Operation, Skill};
use synthesis::Needs;

use crate::types::Excluded;

/// The brief, read once.
pub struct Ctx<'a> {
    pub brief: &'a Brief,
    pub knowledge: &'a Knowledge,
    pub needs: Needs,
    pub contexts: Map<Bounded>,
    /// The provider as knowledge writes it; `None` for a program on the user's own computer.
    pub cloud: Option<&'static str>,
    pub prices: Option<&'a PriceList>,
}

/// Whether a technology may be used, or the constraint that forbids it.
pub type Allowed = Result<(), String>;

impl<'a> Ctx<'a> {
    pub fn of(brief: &'a Brief, knowledge: &'a Knowledge) -> Self {
        let needs = Needs::of(brief);
        let cloud = match brief.constraints.as_ref().and_then(|c| c.cloud) {
            Some(Cloud::Aws) => Some("aws"),
            Some(Cloud::Gcp) => Some("gcp"),
            Some(Cloud::Azure) => Some("azure"),
            Some(Cloud::Local) => None,
            Some(Cloud::Vm | Cloud::OnPremises) => Some("plain"),
            None if needs.local => None,
            None => Some("plain"),
        };
        let lists = || knowledge.price_lists().iter();
        let prices = lists()
            .find(|p| Some(p.cloud.as_str()) == cloud)
            .or_else(|| lists().find(|p| p.cloud == "plain"));
        Ctx {
            brief,
            knowledge,
            contexts: synthesis::contexts::draw(brief),
            needs,
            cloud,
            prices,
        }
    }

    /// Whether the price list is the provider's own, and not a stand-in.
    pub fn prices_are_the_providers(&self) -> bool {
        self.prices
            .is_some_and(|p| Some(p.cloud.as_str()) == self.cloud)
    }

    pub fn technology(&self, id: &str) -> Option<&'a Technology> {
        self.knowledge.technology(id)
    }

    /// The name people know, for prose.
    pub fn name(&self, id: &str) -> String {
        self.technology(id)
            .map_or_else(|| id.to_string(), |t| t.name.clone())
    }

    /// What the team knows of a technology; `None` where the brief says nothing of skills at all.
    pub fn skill(&self, technology: &Technology) -> Option<Skill> {
        let skills = &self.brief.team.as_ref()?.skills;
        if skills.is_empty() {
            return None;
        }
        let best = skills
            .iter()
            .filter(|(word, _)| {
                technology.is_called(word)
                    || technology
                        .languages
                        .iter()
                        .any(|l| l.eq_ignore_ascii_case(word))
            })
            .map(|(_, skill)| *skill)
            .max();
        // A brief lists what counts. What is light to run is not listed, and not unknown for that.
        best.or_else(|| (!light(technology)).then_some(Skill::None))
    }

    pub fn skill_of(&self, id: &str) -> Option<Skill> {
        self.technology(id).and_then(|t| self.skill(t))
    }

    fn words(&self, pick: impl Fn(&model::Constraints) -> &Vec<String>) -> &[String] {
        self.brief
            .constraints
            .as_ref()
            .map_or(&[], |c| pick(c).as_slice())
    }

    pub fn must_use(&self) -> &[String] {
        self.words(|c| &c.must_use)
    }

    pub fn must_not_use(&self) -> &[String] {
        self.words(|c| &c.must_not_use)
    }

    pub fn languages(&self) -> &[String] {
        self.words(|c| &c.languages)
    }

    /// The brief demands it by name.
    pub fn demanded(&self, technology: &Technology) -> bool {
        self.must_use()
            .iter()
            .any(|word| technology.is_called(word))
    }

    /// A managed offering is to be had where the system runs.
    pub fn managed_here(&self, technology: &Technology) -> bool {
        self.cloud
            .is_some_and(|c| technology.offerings_on(c).next().is_some())
    }

    /// Whether it may and can be used here at all.
    pub fn allowed(&self, technology: &Technology) -> Allowed {
        if let Some(word) = self.must_not_use().iter().find(|w| technology.is_called(w)) {
            return Err(format!("constraints.must_not_use names `{word}`"));
        }
        if !technology.self_hostable() && !self.managed_here(technology) {
            return Err(match self.cloud {
                Some(cloud) => format!(
                    "no provider runs {} on {cloud}, and nobody can run it oneself",
                    technology.name
                ),
                None => format!(
                    "{} needs a provider, and this runs on the user's own computer",
                    technology.name
                ),
            });
        }
        Ok(())
    }

    /// The technologies of a role that may be used, and those that may not with the constraint.
    /// Where the brief names one of the role, the others are excluded by it.
    pub fn of_role(
        &self,
        role: Role,
        needed: &[Capability],
    ) -> (Vec<&'a Technology>, Vec<Excluded>) {
        let mut found = Vec::new();
        let mut excluded = Vec::new();
        let all: Vec<&Technology> = self
            .knowledge
            .technologies()
            .iter()
            .filter(|t| t.plays(role))
            .collect();
        let demanded = all
            .iter()
            .find(|t| self.demanded(t))
            .map(|t| t.name.clone());
        for technology in all {
            let lacks: Vec<&str> = needed
                .iter()
                .filter(|c| !technology.has(**c))
                .map(|c| c.word())
                .collect();
            let verdict = match &demanded {
                Some(other) if !self.demanded(technology) => {
                    Err(format!("constraints.must_use gives {other} for this"))
                }
                _ => self.allowed(technology).and_then(|()| {
                    if lacks.is_empty() {
                        Ok(())
                    } else {
                        Err(format!("it does not offer {}", lacks.join(", ")))
                    }
                }),
            };
            match verdict {
                Ok(()) => found.push(technology),
                Err(because) => excluded.push(Excluded {
                    technology: technology.id.clone(),
                    role: role.word().to_string(),
                    because,
                }),
            }
        }
        (found, excluded)
    }

    /// The facts that are missing before the technology's load and times can be computed. A
    /// service that a provider scales needs none.
    pub fn unknown_demand(&self, technology: &Technology, needed: &[Fact]) -> Option<String> {
        if !technology.self_hostable() {
            return None;
        }
        let missing: Vec<&str> = needed
            .iter()
            .filter(|f| {
                technology
                    .demand(**f)
                    .is_none_or(|d| d.cpu_us_for(1.0, 1.0, 1.0).is_none())
            })
            .map(|f| f.word())
            .collect();
        (!missing.is_empty()).then(|| {
            format!(
                "no processor time is known for its {}, so its load and its times cannot be computed",
                missing.join(", ")
            )
        })
    }

    pub fn engineers(&self) -> Option<u32> {
        let team = self.brief.team.as_ref()?;
        team.engineers.or_else(|| {
            let sum: u32 = team.teams.values().filter_map(|t| t.engineers).sum();
            (sum > 0).then_some(sum)
        })
    }

    /// Teams that can each own something: at least one.
    pub fn teams(&self) -> usize {
        self.brief.team.as_ref().map_or(1, |t| t.teams.len().max(1))
    }

    pub fn on_call(&self) -> Option<OnCall> {
        self.brief.team.as_ref().and_then(|t| t.on_call)
    }

    pub fn survives_zone_loss(&self) -> bool {
        self.brief
            .targets
            .as_ref()
            .and_then(|t| t.survive_zone_loss)
            == Some(true)
    }

    pub fn availability_target(&self) -> Option<f64> {
        self.brief
            .targets
            .as_ref()
            .and_then(|t| t.availability)
            .map(|r| r.0)
    }

    /// The budget per month and its currency.
    pub fn budget(&self) -> Option<(f64, &str)> {
        let budget = self.brief.constraints.as_ref()?.budget.as_ref()?;
        Some((budget.amount, budget.currency.as_str()))
    }

    /// Growth over three years as a factor; 1 where nobody said.
    pub fn growth_3_years(&self) -> f64 {
        let yearly = self
            .brief
            .scale
            .as_ref()
            .and_then(|s| s.growth)
            .map_or(0.0, |g| g.0);
        (1.0 + yearly).powi(3).max(1.0)
    }

    /// Operations with their ids, rate in the busiest hour, busiest first.
    pub fn busiest(&self) -> Vec<(&'a str, &'a Operation, f64)> {
        let mut all: Vec<_> = self
            .brief
            .domain
            .operations
            .iter()
            .map(|(id, o)| (id.as_str(), o, self.brief.busy_rate(o).map_or(0.0, |r| r.0)))
            .collect();
        all.sort_by(|a, b| b.2.total_cmp(&a.2).then(a.0.cmp(b.0)));
        all
    }

    /// Reads whose answer may be stale, with how old in seconds.
    pub fn stale_reads(&self) -> Vec<(&'a str, f64, f64)> {
        self.busiest()
            .into_iter()
            .filter(|(_, o, _)| !o.writes() && o.never_wrong.is_empty())
            .filter_map(|(id, o, rate)| Some((id, o.staleness?.secs(), rate)))
            .filter(|(_, s, _)| *s > 0.0)
            .collect()
    }

    /// Assumptions of the brief that set one of these paths.
    pub fn assumed(&self, paths: &[&str]) -> Vec<String> {
        self.brief
            .assumptions
            .iter()
            .filter(|(_, a)| {
                a.sets.as_deref().is_some_and(|set| {
                    paths.iter().any(|p| {
                        set == *p
                            || set.starts_with(&format!("{p}."))
                            || p.starts_with(&format!("{set}."))
                    })
                })
            })
            .map(|(id, _)| id.clone())
            .collect()
    }
}

/// At most three points of burden in the lighter way to run it.
fn light(technology: &Technology) -> bool {
    let points = |p: &Option<knowledge::Points>| p.as_ref().map(|p| p.points);
    let (own, managed) = (
        points(&technology.burden.self_hosted),
        points(&technology.burden.managed),
    );
    own.into_iter().chain(managed).min().is_some_and(|p| p <= 3)
}
