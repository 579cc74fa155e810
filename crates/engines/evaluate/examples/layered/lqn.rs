//! Reads the line form of the published models, as far as the bookstore needs it.

use crate::raw::{After, Precedence, Raw, RawEntry, RawProcessor, RawTask};

pub fn read(text: &str) -> Result<Raw, String> {
    let mut raw = Raw::default();
    let mut section = String::new();
    let mut graph = String::new();
    let mut task = None;
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        let words: Vec<&str> = line.split_whitespace().collect();
        let Some(&first) = words.first() else {
            continue;
        };
        if first == "-1" {
            if let Some(t) = task.take() {
                precedences(&graph, &mut raw.tasks[t])?;
                graph.clear();
            }
            section.clear();
            continue;
        }
        if section.is_empty() {
            section = first.to_owned();
            if first == "A" {
                let name = words.get(1).copied().unwrap_or_default();
                task = raw.tasks.iter().position(|t| t.name == name);
            }
            continue;
        }
        match (section.as_str(), first) {
            ("P", "p") => raw.processors.push(processor(&words)?),
            ("T", "t") => raw.tasks.push(self::task(&words)?),
            ("E", _) => entry(&words, &mut raw.tasks)?,
            ("A", ":") => graph.push(':'),
            ("A", _) if graph.starts_with(':') => {
                graph.push_str(line);
                graph.push(' ');
            }
            ("A", _) => {
                let t = task.ok_or("activities of no task")?;
                activity(&words, &mut raw.tasks[t])?;
            }
            _ => {}
        }
    }
    Ok(raw)
}

fn word<'a>(words: &[&'a str], at: usize) -> Result<&'a str, String> {
    words
        .get(at)
        .copied()
        .ok_or_else(|| format!("too short: {}", words.join(" ")))
}

fn number(words: &[&str], at: usize) -> Result<f64, String> {
    let w = word(words, at)?;
    w.parse().map_err(|_| format!("{w} is not a number"))
}

fn processor(words: &[&str]) -> Result<RawProcessor, String> {
    let mut p = RawProcessor {
        name: word(words, 1)?.to_owned(),
        scheduling: word(words, 2)?.to_owned(),
        servers: 1,
        replicas: 1,
        speed: 1.0,
    };
    let mut at = 3;
    while at < words.len() {
        match words[at] {
            "i" => p.scheduling = "i".to_owned(),
            "m" => {
                at += 1;
                p.servers = number(words, at)? as usize;
            }
            "R" => {
                at += 1;
                p.speed = number(words, at)?;
            }
            other => return Err(format!("processor option {other}")),
        }
        at += 1;
    }
    Ok(p)
}

fn task(words: &[&str]) -> Result<RawTask, String> {
    let end = (words.iter().position(|w| *w == "-1")).ok_or("a list of entries without end")?;
    let mut t = RawTask {
        name: word(words, 1)?.to_owned(),
        scheduling: word(words, 2)?.to_owned(),
        processor: word(words, end + 1)?.to_owned(),
        threads: 1,
        replicas: 1,
        ..RawTask::default()
    };
    for name in &words[3..end] {
        t.entries.push(RawEntry {
            name: (*name).to_owned(),
            ..RawEntry::default()
        });
    }
    let mut at = end + 2;
    while at < words.len() {
        match words[at] {
            "i" => t.scheduling = "i".to_owned(),
            "m" => {
                at += 1;
                t.threads = number(words, at)? as usize;
            }
            "z" => {
                at += 1;
                t.think_s = number(words, at)?;
            }
            other => return Err(format!("task option {other}")),
        }
        at += 1;
    }
    Ok(t)
}

fn entry(words: &[&str], tasks: &mut [RawTask]) -> Result<(), String> {
    let name = word(words, 1)?;
    let entry = (tasks.iter_mut().flat_map(|t| &mut t.entries)).find(|e| e.name == name);
    let entry = entry.ok_or_else(|| format!("no entry {name}"))?;
    match words[0] {
        "A" => entry.start = Some(word(words, 2)?.to_owned()),
        "F" => entry
            .forwards
            .push((word(words, 2)?.to_owned(), number(words, 3)?)),
        "a" => entry.arrivals_per_s = number(words, 2)?,
        other => return Err(format!("entry option {other}")),
    }
    Ok(())
}

fn activity(words: &[&str], task: &mut RawTask) -> Result<(), String> {
    let a = task
        .activities
        .entry(word(words, 1)?.to_owned())
        .or_default();
    match words[0] {
        "f" => a.fixed = number(words, 2)? != 0.0,
        "s" => a.demand_s = number(words, 2)?,
        "c" => a.scv = Some(number(words, 2)?),
        "y" => a
            .calls
            .push((word(words, 2)?.to_owned(), number(words, 3)?, true)),
        "z" => a
            .calls
            .push((word(words, 2)?.to_owned(), number(words, 3)?, false)),
        other => return Err(format!("activity option {other}")),
    }
    Ok(())
}

fn precedences(graph: &str, task: &mut RawTask) -> Result<(), String> {
    let rules = graph.trim_start_matches(':').split(';');
    for rule in rules.map(str::trim).filter(|r| !r.is_empty()) {
        let (before, after) = match rule.split_once("->") {
            Some((before, after)) => (before.trim(), after.trim()),
            None => (rule, ""),
        };
        if let Some((activity, entries)) = before.split_once('[') {
            for e in entries.trim_end_matches(']').split(',') {
                task.replies
                    .push((e.trim().to_owned(), activity.trim().to_owned()));
            }
            continue;
        }
        let names = |side: &str, by: char| -> Vec<String> {
            side.split(by).map(|n| n.trim().to_owned()).collect()
        };
        let and = before.contains('&');
        let before = names(before, if and { '&' } else { '+' });
        let after = if after.contains('&') {
            After::And(names(after, '&'))
        } else if after.starts_with('(') {
            let choices = after.split('+').map(|c| {
                let (p, name) = c.trim().trim_start_matches('(').split_once(')')?;
                Some((name.trim().to_owned(), p.trim().parse().ok()?))
            });
            After::Or(
                choices
                    .collect::<Option<_>>()
                    .ok_or("a choice without probability")?,
            )
        } else {
            After::One(after.to_owned())
        };
        task.precedences.push(Precedence {
            joins: and.then_some(before.len()),
            before,
            after,
        });
    }
    Ok(())
}

/// Throughput per task of a results file.
pub fn throughputs(text: &str) -> Vec<(String, f64)> {
    let mut out: Vec<(String, f64)> = Vec::new();
    let mut inside = false;
    let mut current: Option<String> = None;
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["FQ", ..] => inside = true,
            ["P", _, _] => inside = false,
            _ if !inside => {}
            ["%", ..] => {}
            [":", ..] => current = None,
            [task, ":", _, x, ..] => {
                if let Ok(x) = x.parse() {
                    out.push(((*task).to_owned(), x));
                    current = Some((*task).to_owned());
                }
            }
            ["-1"] => current = None,
            [_, x, ..] if current.is_some() => {
                if let (Ok(x), Some(last)) = (x.parse::<f64>(), out.last_mut()) {
                    last.1 += x;
                }
            }
            _ => {}
        }
    }
    out
}
