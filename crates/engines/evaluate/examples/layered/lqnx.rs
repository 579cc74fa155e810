//! Reads the XML form of the published models.

use crate::raw::{After, Precedence, Raw, RawActivity, RawEntry, RawProcessor, RawTask};
use crate::xml::{self, Element};

pub fn read(text: &str) -> Result<Raw, String> {
    let root = xml::parse(text)?;
    let mut raw = Raw::default();
    for p in root.all("processor") {
        raw.processors.push(RawProcessor {
            name: name(p),
            scheduling: p.get("scheduling").unwrap_or("fcfs").to_owned(),
            servers: whole(p, "multiplicity")?,
            replicas: whole(p, "replication")?,
            speed: p.number("speed-factor")?.unwrap_or(1.0),
        });
        for t in p
            .all("task")
            .chain(p.all("group").flat_map(|g| g.all("task")))
        {
            let mut task = task(t)?;
            task.processor = name(p);
            raw.tasks.push(task);
        }
    }
    Ok(raw)
}

/// Throughput per task of a results file.
pub fn throughputs(text: &str) -> Result<Vec<(String, f64)>, String> {
    let root = xml::parse(text)?;
    let mut out = Vec::new();
    for p in root.all("processor") {
        for t in p
            .all("task")
            .chain(p.all("group").flat_map(|g| g.all("task")))
        {
            for result in t.all("result-task") {
                if let Some(x) = result.number("throughput")? {
                    out.push((name(t), x));
                }
            }
        }
    }
    Ok(out)
}

fn name(e: &Element) -> String {
    e.get("name").unwrap_or_default().to_owned()
}

fn whole(e: &Element, attribute: &str) -> Result<usize, String> {
    e.get(attribute).map_or(Ok(1), |v| {
        v.parse()
            .map_err(|_| format!("{attribute}=\"{v}\" is not a whole number"))
    })
}

fn task(t: &Element) -> Result<RawTask, String> {
    let mut task = RawTask {
        name: name(t),
        scheduling: t.get("scheduling").unwrap_or("fcfs").to_owned(),
        threads: whole(t, "multiplicity")?,
        replicas: whole(t, "replication")?,
        think_s: t.number("think-time")?.unwrap_or(0.0),
        ..RawTask::default()
    };
    if task.scheduling == "semaphore" || task.scheduling == "rwlock" {
        return Err(format!("task scheduling {}", task.scheduling));
    }
    for f in t.all("fan-out") {
        let dest = f.get("dest").unwrap_or_default().to_owned();
        task.fan_out.insert(dest, whole(f, "value")?);
    }
    for e in t.all("entry") {
        let mut entry = RawEntry {
            name: name(e),
            arrivals_per_s: e.number("open-arrival-rate")?.unwrap_or(0.0),
            ..RawEntry::default()
        };
        for f in e.all("forwarding") {
            let dest = f.get("dest").unwrap_or_default().to_owned();
            entry
                .forwards
                .push((dest, f.number("prob")?.unwrap_or(1.0)));
        }
        for phases in e.all("entry-phase-activities") {
            for a in phases.all("activity") {
                entry.phases.insert(whole(a, "phase")?, activity(a)?);
            }
        }
        task.entries.push(entry);
    }
    for graph in t.all("task-activities") {
        for a in graph.all("activity") {
            task.activities.insert(name(a), activity(a)?);
            if let Some(bound) = a.get("bound-to-entry") {
                for entry in task.entries.iter_mut().filter(|e| e.name == bound) {
                    entry.start = Some(name(a));
                }
            }
        }
        for p in graph.all("precedence") {
            task.precedences.push(precedence(p)?);
        }
        for r in graph.all("reply-entry") {
            for a in r.all("reply-activity") {
                task.replies.push((name(r), name(a)));
            }
        }
    }
    Ok(task)
}

fn activity(a: &Element) -> Result<RawActivity, String> {
    let mut activity = RawActivity {
        demand_s: a.number("host-demand-mean")?.unwrap_or(0.0),
        scv: a.number("host-demand-cvsq")?,
        think_s: a.number("think-time")?.unwrap_or(0.0),
        fixed: a.get("call-order") == Some("DETERMINISTIC"),
        calls: Vec::new(),
    };
    for (kind, waits) in [("synch-call", true), ("asynch-call", false)] {
        for c in a.all(kind) {
            let mean = c.number("calls-mean")?.unwrap_or(0.0);
            let dest = c.get("dest").unwrap_or_default().to_owned();
            activity.calls.push((dest, mean, waits));
        }
    }
    Ok(activity)
}

fn precedence(p: &Element) -> Result<Precedence, String> {
    let mut before = Vec::new();
    let mut joins = None;
    let mut after = After::Nothing;
    for side in &p.children {
        let of: Vec<String> = side.all("activity").map(name).collect();
        let weighted = |attribute: &str| -> Result<Vec<(String, f64)>, String> {
            side.all("activity")
                .map(|a| Ok((name(a), a.number(attribute)?.unwrap_or(1.0))))
                .collect()
        };
        match side.name.as_str() {
            "pre" | "pre-OR" => before = of,
            "pre-AND" => {
                let needs = side.get("quorum").map_or(Ok(0), str::parse::<usize>);
                let needs = needs.map_err(|_| "the quorum is not a number")?;
                joins = Some(if needs == 0 { of.len() } else { needs });
                before = of;
            }
            "post" => after = of.into_iter().next().map_or(After::Nothing, After::One),
            "post-AND" => after = After::And(of),
            "post-OR" => after = After::Or(weighted("prob")?),
            "post-LOOP" => {
                after = After::Loop(weighted("count")?, side.get("end").map(str::to_owned));
            }
            other => return Err(format!("precedence {other}")),
        }
    }
    Ok(Precedence {
        before,
        joins,
        after,
    })
}
