//! A script of faults from an experiment of the model.

use model::{Experiment, Finding, Outcome, Severity, Upset};

use crate::{Fault, FaultKind, Settings};

/// The settings that play an experiment; the seed and the rest are the defaults. What cannot be
/// played is left out and found: `impossible-experiment`.
pub fn script(id: &str, experiment: &Experiment) -> Outcome<Settings> {
    let mut settings = Settings {
        duration_s: experiment.lasts.map(|d| d.secs()),
        load: experiment
            .load
            .filter(|l| *l > 0.0 && l.is_finite())
            .unwrap_or(1.0),
        ..Settings::default()
    };
    let mut findings = Vec::new();
    for (n, event) in experiment.events.iter().enumerate() {
        let kind = match event.upset() {
            Ok(Upset::LoseZone(zone)) => FaultKind::LoseZone(zone),
            Ok(Upset::Stop(component)) => FaultKind::Stop(component.into()),
            Ok(Upset::Slow(component, factor)) => FaultKind::Slow {
                component: component.into(),
                factor,
            },
            Ok(Upset::Spike(factor, operation)) => FaultKind::Spike {
                factor,
                operation: operation.map(str::to_string),
            },
            Ok(Upset::Flush(cache)) => FaultKind::Flush(cache.into()),
            Err((field, what)) => {
                let subject = format!("experiments.{id}");
                let message = format!("`{id}` is played without an event: {what}");
                findings.push(
                    Finding::new("impossible-experiment", Severity::Minor, subject, message)
                        .why("without its event it shows nothing")
                        .remedy("correct the event, or take it out")
                        .place(format!("experiments.{id}.events[{n}].{field}")),
                );
                continue;
            }
        };
        settings.faults.push(Fault {
            at_s: event.at.secs(),
            // Without an end it lasts to the end of the run; where that is open too, ten minutes.
            for_s: event.lasts.map_or_else(
                || {
                    experiment
                        .lasts
                        .map_or(OPEN_S, |end| end.secs() - event.at.secs())
                },
                |d| d.secs(),
            ),
            kind,
        });
    }
    Outcome::new(settings, findings)
}

/// A fault without end in an experiment without end.
const OPEN_S: f64 = 600.0;

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Disturbance, Duration};

    #[test]
    fn an_experiment_becomes_a_script() {
        let at = Duration::from_secs(60.0);
        let lose = Disturbance {
            at,
            lasts: Some(Duration::from_secs(120.0)),
            lose_zone: Some("zone-b".into()),
            ..Disturbance::default()
        };
        let slow = Disturbance {
            at,
            slow: Some("bank".into()),
            factor: Some(10.0),
            ..Disturbance::default()
        };
        let nothing = Disturbance {
            at,
            ..Disturbance::default()
        };
        let experiment = Experiment {
            load: Some(1.5),
            lasts: Some(Duration::from_secs(400.0)),
            events: vec![lose, slow, nothing],
            ..Experiment::default()
        };
        let outcome = script("try", &experiment);
        assert_eq!(outcome.value.load, 1.5);
        assert_eq!(outcome.value.duration_s, Some(400.0));
        let faults = &outcome.value.faults;
        assert_eq!(faults.len(), 2);
        assert_eq!(faults[0].kind, FaultKind::LoseZone(1));
        assert_eq!((faults[1].at_s, faults[1].for_s), (60.0, 340.0));
        assert_eq!(outcome.findings.len(), 1);
        assert_eq!(
            outcome.findings[0].key(),
            "impossible-experiment@experiments.try"
        );
    }
}
