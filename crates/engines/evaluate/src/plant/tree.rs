//! Building a flow's tree while its path is walked: frames are calls that are still open.

use super::{Act, Call, Often};

/// Calls that are open, the outermost first; the first frame is the flow itself.
pub(super) struct Tree<'a> {
    frames: Vec<Frame<'a>>,
}

struct Frame<'a> {
    /// How many calls of the walk are open up to this one.
    depth: usize,
    /// Share and times of one run of the flow, not of the frame around.
    share: f64,
    times: f64,
    call: Option<Call>,
    parallel: Option<&'a str>,
    acts: Vec<Act>,
    /// The group of acts side by side that is being filled.
    group: Option<(&'a str, Vec<Vec<Act>>)>,
    /// Connections that are held from the first use to the last.
    kept: &'a [(usize, usize)],
}

impl<'a> Tree<'a> {
    pub fn new() -> Self {
        Tree {
            frames: vec![Frame::new(0, 1.0, 1.0)],
        }
    }

    /// Closes the calls that are deeper than `depth`.
    pub fn close(&mut self, depth: usize) {
        while self.frames.len() > 1 && self.frames.last().is_some_and(|f| f.depth > depth) {
            let Some(frame) = self.frames.pop() else {
                return;
            };
            let (parallel, call) = (frame.parallel, frame.call.clone());
            if let Some(mut call) = call {
                call.body = frame.finish();
                self.add(vec![Act::Call(call)], parallel);
            }
        }
    }

    /// Adds acts of one step to the innermost open call.
    pub fn add(&mut self, acts: Vec<Act>, parallel: Option<&'a str>) {
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        match (&mut frame.group, parallel) {
            (Some((name, branches)), Some(group)) if *name == group => branches.push(acts),
            (_, Some(group)) => {
                frame.flush();
                frame.group = Some((group, vec![acts]));
            }
            (_, None) => {
                frame.flush();
                frame.acts.extend(acts);
            }
        }
    }

    /// Opens a call that is the `depth`th of the walk, made for `share` and `times` of the flow's
    /// runs. `kept` are pairs of link and connections that its body keeps from first use to last.
    pub fn open(
        &mut self,
        depth: usize,
        share: f64,
        times: f64,
        mut call: Call,
        parallel: Option<&'a str>,
        kept: &'a [(usize, usize)],
    ) {
        let around = self
            .frames
            .last()
            .map_or((1.0, 1.0), |f| (f.share, f.times));
        let (share, times) = if happens(share, times) {
            let often = self.often(share, times);
            (call.often.share, call.often.times) = (often.share, often.times);
            (share, times)
        } else {
            // A call that never happens, or an impossible number: its work says so, and what stands
            // under it keeps its own figures.
            call.hop_s = 0.0;
            around
        };
        let mut frame = Frame::new(depth, share, times);
        (frame.call, frame.parallel, frame.kept) = (Some(call), parallel, kept);
        self.frames.push(frame);
    }

    /// How often something that happens in `share` and `times` of the flow's runs happens in one run
    /// of the innermost open call.
    pub fn often(&self, share: f64, times: f64) -> Often {
        let (around, repeats) = self
            .frames
            .last()
            .map_or((1.0, 1.0), |f| (f.share, f.times));
        let (share, times) = if share <= around {
            (share / around, times / repeats)
        } else {
            // More often than what is around it: it must then happen several times in each.
            (1.0, share * times / (around * repeats))
        };
        Often {
            share,
            times,
            miss_of: None,
        }
    }

    /// Whether the innermost open call happens because a cache missed.
    pub fn missed(&self) -> bool {
        self.frames
            .iter()
            .any(|f| f.call.as_ref().is_some_and(|c| c.often.miss_of.is_some()))
    }

    /// Closes everything.
    pub fn finish(mut self) -> Vec<Act> {
        self.close(0);
        self.frames.pop().map_or_else(Vec::new, Frame::finish)
    }
}

impl Frame<'_> {
    fn new(depth: usize, share: f64, times: f64) -> Self {
        Frame {
            depth,
            share,
            times,
            call: None,
            parallel: None,
            acts: Vec::new(),
            group: None,
            kept: &[],
        }
    }

    fn flush(&mut self) {
        let Some((_, mut branches)) = self.group.take() else {
            return;
        };
        if branches.len() > 1 {
            self.acts.push(Act::Together(branches));
        } else {
            self.acts.extend(branches.pop().unwrap_or_default());
        }
    }

    fn finish(mut self) -> Vec<Act> {
        self.flush();
        for (link, resource) in self.kept {
            keep(&mut self.acts, *link, *resource);
        }
        self.acts
    }
}

/// Whether a step is made at all, and a possible number of times.
pub(super) fn happens(share: f64, times: f64) -> bool {
    let passes = share * times;
    passes > 0.0 && passes.is_finite()
}

/// Holds a resource from the first to the last of the acts that call over a link; one call alone
/// holds it itself.
fn keep(acts: &mut Vec<Act>, link: usize, resource: usize) {
    let Some(first) = acts.iter().position(|a| calls(a, link)) else {
        return;
    };
    let last = acts.iter().rposition(|a| calls(a, link)).unwrap_or(first);
    if first == last && matches!(acts[first], Act::Call(_)) {
        return;
    }
    let mut body: Vec<Act> = acts.drain(first..=last).collect();
    body.iter_mut().for_each(|a| release(a, link, resource));
    acts.insert(first, Act::Hold { resource, body });
}

/// Whether an act is a call over a link made by the same caller.
fn calls(act: &Act, link: usize) -> bool {
    match act {
        Act::Work(_) => false,
        Act::Call(call) => call.link == Some(link),
        Act::Hold { body, .. } => body.iter().any(|a| calls(a, link)),
        Act::Together(branches) => branches.iter().flatten().any(|a| calls(a, link)),
    }
}

/// Takes a resource from the calls over a link that no longer hold one of their own.
fn release(act: &mut Act, link: usize, resource: usize) {
    match act {
        Act::Work(_) => {}
        Act::Call(call) if call.link == Some(link) => call.holds.retain(|h| *h != resource),
        Act::Call(_) => {}
        Act::Hold { body, .. } => body.iter_mut().for_each(|a| release(a, link, resource)),
        Act::Together(branches) => branches
            .iter_mut()
            .flatten()
            .for_each(|a| release(a, link, resource)),
    }
}
