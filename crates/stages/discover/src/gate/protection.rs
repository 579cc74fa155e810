//! Data and the duties that come with it.

use super::Facts;
use super::report::{Report, computed};
use crate::condition::personal;
use model::brief::Authentication;
use model::domain::{AfterRetention, DataClass, Entity};
use model::{Brief, Duration, Finding, Severity};
use syntax::path::join;

/// Records that a law or standard has kept, and for how long.
struct Duty {
    law: &'static str,
    /// The class of the fields that it is about.
    class: DataClass,
    keep: Duration,
    source: &'static str,
}

const YEAR_S: f64 = 31_557_600.0;

const DUTIES: &[Duty] = &[
    Duty {
        law: "sox",
        class: DataClass::Financial,
        keep: Duration(7.0 * YEAR_S),
        source: "17 CFR 210.2-06: seven years",
    },
    Duty {
        law: "hipaa",
        class: DataClass::Health,
        keep: Duration(6.0 * YEAR_S),
        source: "45 CFR 164.316 (b) (2): six years",
    },
];

/// Duties that people name in a retention's reason.
const NAMED_DUTIES: &[(&str, f64, &str)] = &[(
    "bookkeeping",
    6.0,
    "accounting records in the EU are kept for six to ten years, by country",
)];

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let brief = facts.brief;
    retention(brief, report);
    cards(brief, report);
    deletion(brief, report);
    open_doors(brief, report);
}

fn bound_by(brief: &Brief, law: &str) -> bool {
    brief
        .compliance
        .iter()
        .flatten()
        .any(|l| l.eq_ignore_ascii_case(law))
}

fn classes(entity: &Entity) -> impl Iterator<Item = DataClass> + '_ {
    entity.fields.values().filter_map(|f| f.class)
}

/// Kept for less than a law or the stated duty asks.
fn retention(brief: &Brief, report: &mut Report) {
    for (id, entity) in &brief.domain.entities {
        let Some(retention) = &entity.retention else {
            continue;
        };
        let at = format!("{}.retention.keep", join("domain.entities", id));
        let laws = DUTIES
            .iter()
            .filter(|d| {
                bound_by(brief, d.law)
                    && entity.append_only
                    && classes(entity).any(|c| c == d.class)
            })
            .map(|d| (d.law, d.keep, d.source));
        let because = retention.because.as_deref().unwrap_or("").to_lowercase();
        let named = NAMED_DUTIES
            .iter()
            .filter(|(word, ..)| because.contains(word))
            .map(|(word, years, source)| (*word, Duration(years * YEAR_S), *source));
        for (duty, keep, source) in laws.chain(named) {
            if retention.keep.0 < keep.0 * 0.999 && retention.then != AfterRetention::Archive {
                let found = report.conflict(
                    ("retention-below-duty", Severity::Major),
                    &at,
                    format!(
                        "`{id}` is kept for {}, and {duty} asks for {keep}",
                        retention.keep
                    ),
                    "Records that the duty asks for would be gone.",
                    format!("Keep it for {keep}, or archive it."),
                );
                computed(found, format!("{} < {keep} ({source})", retention.keep));
            }
        }
    }
}

/// Card numbers are kept, or PCI DSS is named, and the two do not fit.
fn cards(brief: &Brief, report: &mut Report) {
    let mut stored: Vec<String> = Vec::new();
    for (id, entity) in &brief.domain.entities {
        for (name, field) in &entity.fields {
            if field.class == Some(DataClass::Card) {
                stored.push(join(
                    &format!("{}.fields", join("domain.entities", id)),
                    name,
                ));
            }
        }
    }
    let top = brief.security.as_ref().and_then(|s| s.data);
    if let Some(first) = stored.first() {
        if !bound_by(brief, "pci-dss") {
            report.conflict(
                ("card-data-without-pci-dss", Severity::Blocker),
                first,
                "card data is stored, and `compliance` does not name pci-dss",
                "Who stores card numbers is bound by PCI DSS, whatever the brief says.",
                "Keep the payment provider's token instead, or add pci-dss to `compliance`.",
            );
        } else if !brief.domain.ports.is_empty() {
            report.conflict(
                ("card-data-without-need", Severity::Major),
                first,
                format!("card data is stored in {} fields, and there is an external system that could keep it", stored.len()),
                "Every part that sees a card number is audited under PCI DSS each year.",
                "Let the payment provider's page take the card, and keep its token.",
            );
        }
    } else if bound_by(brief, "pci-dss")
        && top == Some(DataClass::Card)
        && !brief.domain.entities.is_empty()
    {
        report.conflict(
            ("card-data-without-need", Severity::Major),
            "security.data",
            "the most sensitive data is said to be card data, and no field holds any",
            "Segregation, key management and yearly audits would be designed for nothing.",
            "Say `financial` here, or mark the fields that hold card data with `class: card`.",
        );
    }
    // What is stored bounds what the brief may call its most sensitive data.
    if let Some(top) = top {
        for (id, entity) in &brief.domain.entities {
            for (name, field) in &entity.fields {
                let Some(class) = field.class else { continue };
                if class > top && class < DataClass::Secret {
                    let at = join(&format!("{}.fields", join("domain.entities", id)), name);
                    let words = (word(class), word(top));
                    report.add(
                        Finding::new(
                            "understated-data-class",
                            Severity::Major,
                            format!("{at}.class"),
                            format!(
                                "`{id}.{name}` is {}, and the most sensitive data is said to be {}",
                                words.0, words.1
                            ),
                        )
                        .why("Protection is designed for the class that the brief names.")
                        .remedy(format!(
                            "Set `security.data: {}`, or mend the field's class.",
                            words.0
                        ))
                        .related("security.data", "the brief's word"),
                    );
                }
            }
        }
    }
}

fn word(class: DataClass) -> String {
    let value = serde_json::to_value(class).unwrap_or_default();
    value.as_str().unwrap_or_default().to_string()
}

/// The GDPR binds, personal data is stored, and nothing ever ends.
fn deletion(brief: &Brief, report: &mut Report) {
    if !bound_by(brief, "gdpr") {
        return;
    }
    let personal: Vec<&String> = brief
        .domain
        .entities
        .iter()
        .filter(|(_, e)| classes(e).any(|c| matches!(c, DataClass::Personal | DataClass::Health)))
        .map(|(id, _)| id)
        .collect();
    let ends = |id: &&String| {
        let entity = &brief.domain.entities[id.as_str()];
        entity.retention.is_some()
    };
    // An operation that deletes or blanks rows of the entity ends them as well.
    let erased = |id: &&String| {
        brief
            .domain
            .operations
            .values()
            .flat_map(|o| &o.effects)
            .any(|e| match e {
                model::domain::Effect::Delete(d) => *d.entity == ***id,
                _ => false,
            })
    };
    if let Some(first) = personal.first()
        && !personal.iter().any(|id| ends(id) || erased(id))
    {
        let names: Vec<&str> = personal.iter().map(|id| id.as_str()).collect();
        report.conflict(
            ("personal-data-without-end", Severity::Major),
            join("domain.entities", first),
            format!(
                "personal data in {} is kept without end, and gdpr applies",
                names.join(", ")
            ),
            "Personal data may be kept no longer than its purpose needs (GDPR, article 5 (1) e).",
            "Give `retention` with a time and what happens then, or an operation that deletes.",
        );
    }
}

/// Personal data on the internet, and anybody may ask.
fn open_doors(brief: &Brief, report: &mut Report) {
    let Some(needs) = &brief.security else { return };
    if needs.public == Some(true)
        && needs.authentication == Some(Authentication::None)
        && personal(brief)
    {
        let found = report.conflict(
            ("personal-data-without-authentication", Severity::Blocker),
            "security.authentication",
            "it is on the internet, stores personal data, and nobody has to prove who they are",
            "Everybody could read everybody's data.",
            "Name a way to authenticate, or store no personal data.",
        );
        *found = found
            .clone()
            .related("security.public", "it can be reached from the internet");
    }
}
