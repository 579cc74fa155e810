//! Layered models in a few lines.
//!
//! `p name fcfs|ps|inf xN speed=S` is a processor, `t name processor ref|server xN|inf z=T` a task,
//! `e name task open=R forward=entry*P : body` an entry. A body is a sequence of steps with `;`:
//! `2 @e*1.5 ~f` works 2 s and calls e 1.5 times and sends to f once, in geometric numbers, `=`
//! before it: in fixed ones; `c=V` is the variation; `!` after it: the answer goes out;
//! `{.3: a | .7: b}` is a choice, `[a & b]` a fork and join, `[a & b]N` a join of the first N,
//! `(N: a)` a loop of N turns on average, `[a & b` without join ends with `]0`.

use groundplan_evaluate::layered::{
    Activity, Call, Entry, Join, Model, Order, Processor, Task, TaskKind, Then,
};
use groundplan_evaluate::network::{Capacity, Discipline};

pub fn model(text: &str) -> Model {
    let mut model = Model::default();
    let lines: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .collect();
    let names = |kind: &str| -> Vec<String> {
        (lines.iter())
            .filter_map(|l| l.strip_prefix(kind)?.split_whitespace().next())
            .map(str::to_owned)
            .collect()
    };
    let (processors, tasks, entries) = (names("p "), names("t "), names("e "));
    let find = |names: &[String], name: &str| -> usize {
        names
            .iter()
            .position(|n| n == name)
            .unwrap_or_else(|| panic!("no {name}"))
    };
    for line in &lines {
        let (head, text) = line.split_once(':').unwrap_or((line, ""));
        let words: Vec<&str> = head.split_whitespace().collect();
        let option = |prefix: &str| -> Option<&str> {
            words[3.min(words.len())..]
                .iter()
                .find_map(|w| w.strip_prefix(prefix))
        };
        let count = option("x").map_or(1, |n| n.parse().unwrap());
        match words[0] {
            "p" => model.processors.push(Processor {
                id: words[1].to_owned(),
                capacity: match words[2] {
                    "inf" => Capacity::Unlimited,
                    _ => Capacity::Servers(count),
                },
                discipline: match words[2] {
                    "fcfs" => Discipline::FirstCome,
                    _ => Discipline::Shared,
                },
                speed: option("speed=").map_or(1.0, |s| s.parse().unwrap()),
            }),
            "t" => model.tasks.push(Task {
                id: words[1].to_owned(),
                processor: find(&processors, words[2]),
                kind: match words[3] {
                    "ref" => TaskKind::Reference {
                        population: count,
                        think_s: option("z=").map_or(0.0, |z| z.parse().unwrap()),
                    },
                    "inf" => TaskKind::Server(Capacity::Unlimited),
                    _ => TaskKind::Server(Capacity::Servers(count)),
                },
            }),
            "e" => {
                let mut entry = Entry::phases(words[1], find(&tasks, words[2]), Vec::new());
                entry.arrivals_per_s = option("open=").map_or(0.0, |r| r.parse().unwrap());
                for word in words.iter().filter_map(|w| w.strip_prefix("forward=")) {
                    let (to, p) = word.split_once('*').unwrap_or((word, "1"));
                    entry
                        .forwards
                        .push((p.parse().unwrap(), find(&entries, to)));
                }
                let mut body = Body {
                    entry,
                    names: &entries,
                };
                let way = body.sequence(text, Then::End);
                let first = body.at(way);
                model.entries.push(reversed(body.entry, first));
            }
            other => panic!("{other}"),
        }
    }
    model
}

/// Steps are made from the last to the first; an entry starts with its first activity.
fn reversed(mut entry: Entry, first: usize) -> Entry {
    let swap = |a: usize| match a {
        0 => first,
        a if a == first => 0,
        a => a,
    };
    entry.activities.swap(0, first);
    let fix = |then: &mut Then| match then {
        Then::Next(a) => *a = swap(*a),
        Then::Choose(of) => of.iter_mut().for_each(|o| o.1 = swap(o.1)),
        Then::Fork(of) => of.iter_mut().for_each(|a| *a = swap(*a)),
        Then::End | Then::Join(_) => {}
    };
    entry.activities.iter_mut().for_each(|a| fix(&mut a.then));
    entry.joins.iter_mut().for_each(|j| fix(&mut j.then));
    entry
}

struct Body<'a> {
    entry: Entry,
    names: &'a [String],
}

impl Body<'_> {
    /// Adds the steps and says how to get to the first.
    fn sequence(&mut self, text: &str, then: Then) -> Then {
        let mut then = then;
        for step in split(text, ';').into_iter().rev() {
            let mut step = step.trim();
            if step.starts_with(['{', '[', '(']) && step.ends_with('!') {
                step = &step[..step.len() - 1];
                let reply = Activity {
                    replies: true,
                    then,
                    ..Activity::work("", 0.0)
                };
                then = Then::Next(self.add(reply));
            }
            then = match step.chars().next() {
                Some('{') => self.choice(step, then),
                Some('[') => self.fork(step, then),
                Some('(') => self.turns(step, then),
                _ => self.work(step, then),
            };
        }
        then
    }

    fn add(&mut self, activity: Activity) -> usize {
        self.entry.activities.push(activity);
        self.entry.activities.len() - 1
    }

    fn nothing(&mut self, then: Then) -> usize {
        self.add(Activity {
            then,
            ..Activity::work("", 0.0)
        })
    }

    /// The activity that a way leads to.
    fn at(&mut self, then: Then) -> usize {
        match then {
            Then::Next(a) => a,
            other => self.nothing(other),
        }
    }

    fn work(&mut self, step: &str, then: Then) -> Then {
        let mut activity = Activity {
            then,
            ..Activity::work(step, 0.0)
        };
        let step = match step.strip_suffix('!') {
            Some(step) => {
                activity.replies = true;
                step
            }
            None => step,
        };
        let step = match step.strip_prefix('=') {
            Some(step) => {
                activity.order = Order::Fixed;
                step
            }
            None => step,
        };
        for word in step.split_whitespace() {
            if let Some(scv) = word.strip_prefix("c=") {
                activity.scv = scv.parse().unwrap();
            } else if let Some(think) = word.strip_prefix("z=") {
                activity.think_s = think.parse().unwrap();
            } else if let Some(call) = word.strip_prefix(['@', '~']) {
                let (to, mean) = call.split_once('*').unwrap_or((call, "1"));
                activity.calls.push(Call {
                    entry: self.names.iter().position(|n| n == to).unwrap(),
                    mean: mean.parse().unwrap(),
                    waits: word.starts_with('@'),
                });
            } else {
                activity.demand_s = word.parse().unwrap();
            }
        }
        Then::Next(self.add(activity))
    }

    fn choice(&mut self, step: &str, then: Then) -> Then {
        let of = split(&step[1..step.len() - 1], '|');
        let of = (of.iter())
            .map(|branch| {
                let (p, branch) = branch.split_once(':').unwrap();
                let way = self.sequence(branch, then.clone());
                (p.trim().parse().unwrap(), self.at(way))
            })
            .collect();
        Then::Next(self.nothing(Then::Choose(of)))
    }

    fn fork(&mut self, step: &str, then: Then) -> Then {
        let (inside, needs) = step[1..].rsplit_once(']').unwrap();
        let of = split(inside, '&');
        let needs = if needs.is_empty() {
            of.len()
        } else {
            needs.parse().unwrap()
        };
        let end = if needs == 0 {
            Then::End
        } else {
            self.entry.joins.push(Join { needs, then });
            Then::Join(self.entry.joins.len() - 1)
        };
        let of = (of.iter())
            .map(|branch| {
                let way = self.sequence(branch, end.clone());
                self.at(way)
            })
            .collect();
        Then::Next(self.nothing(Then::Fork(of)))
    }

    fn turns(&mut self, step: &str, then: Then) -> Then {
        let (turns, inside) = step[1..step.len() - 1].split_once(':').unwrap();
        let turns: f64 = turns.trim().parse().unwrap();
        let out = self.at(then);
        let head = self.nothing(Then::End);
        let way = self.sequence(inside, Then::Next(head));
        let inside = self.at(way);
        let out_of = 1.0 / (1.0 + turns);
        self.entry.activities[head].then =
            Then::Choose(vec![(1.0 - out_of, inside), (out_of, out)]);
        Then::Next(head)
    }
}

/// Splits where no bracket is open.
fn split(text: &str, by: char) -> Vec<&str> {
    let (mut depth, mut start, mut out) = (0, 0, Vec::new());
    for (i, c) in text.char_indices() {
        match c {
            '{' | '[' | '(' => depth += 1,
            '}' | ']' | ')' => depth -= 1,
            c if c == by && depth == 0 => {
                out.push(&text[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    out.push(&text[start..]);
    out
}
