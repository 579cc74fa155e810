//! One state of the Markov chain: who waits where, and its canonical bytes.
//!
//! Requests form trees: a branch that waits for an answer holds the request it waits for. Where the
//! order matters, in front of a task and of a processor, a request or branch carries its rank; all
//! else is sorted, so that states that differ only in which of two equal threads does what are one
//! state.

/// Most requests in a state, and most branches of one: their ranks are bytes, two of which mean
/// something else.
const MOST: usize = 250;

/// All requests, as they are changed; see [`Arena::encode`].
#[derive(Clone, Default)]
pub(super) struct Arena {
    pub jobs: Vec<Job>,
    /// Entries completed on the way here.
    pub done: Vec<u8>,
    /// Requests from outside, or asynchronous, that found the model full.
    pub lost: u8,
}

#[derive(Clone)]
pub(super) struct Job {
    pub entry: u8,
    pub place: Place,
    /// The request and the branch that wait for the answer.
    pub parent: Option<(usize, usize)>,
    pub replied: bool,
    pub tokens: Vec<Token>,
    /// Branches that have arrived at each join.
    pub joins: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Gone,
    /// A customer between two rounds.
    Pausing,
    Active,
    /// Rank in front of the task.
    Waiting(u8),
}

#[derive(Clone, Copy)]
pub(super) struct Token {
    pub activity: u8,
    /// Calls of a fixed sequence that have been made.
    pub calls: u8,
    pub at: At,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    Gone,
    /// In the middle of a step.
    Moving,
    Thinking,
    /// Rank in front of the processor.
    Queued(u8),
    /// Stage of the slice.
    Running(u8),
    Calling,
}

impl Arena {
    /// Canonical bytes; the same for states that mean the same.
    pub fn encode(&self) -> Vec<u8> {
        let mut children: Vec<Vec<(usize, usize)>> = vec![Vec::new(); self.jobs.len()];
        for (j, job) in self.jobs.iter().enumerate() {
            if let (Some((parent, token)), true) = (job.parent, job.place != Place::Gone) {
                children[parent].push((token, j));
            }
        }
        let mut roots: Vec<Vec<u8>> = (self.jobs.iter().enumerate())
            .filter(|(_, job)| job.parent.is_none() && job.place != Place::Gone)
            .map(|(j, _)| self.bytes(j, &children))
            .collect();
        roots.sort_unstable();
        let mut out = vec![roots.len() as u8];
        for root in roots {
            out.extend_from_slice(&root);
        }
        out
    }

    /// Whether all counts fit into a byte.
    pub fn fits(&self) -> bool {
        let inside = (self.jobs.iter())
            .filter(|job| job.place != Place::Gone)
            .count();
        inside <= MOST && self.jobs.iter().all(|job| job.tokens.len() <= MOST)
    }

    fn bytes(&self, job: usize, children: &[Vec<(usize, usize)>]) -> Vec<u8> {
        let j = &self.jobs[job];
        let place = match j.place {
            Place::Gone | Place::Active => 0,
            Place::Pausing => 1,
            Place::Waiting(rank) => 2 + rank,
        };
        let mut tokens: Vec<Vec<u8>> = (j.tokens.iter().enumerate())
            .filter(|(_, token)| token.at != At::Gone)
            .map(|(t, token)| {
                let (kind, detail) = match token.at {
                    At::Gone | At::Moving => (0, 0),
                    At::Thinking => (1, 0),
                    At::Queued(rank) => (2, rank),
                    At::Running(stage) => (3, stage),
                    At::Calling => (4, 0),
                };
                let mut bytes = vec![token.activity, token.calls, kind, detail];
                if let Some((_, child)) = children[job].iter().find(|(at, _)| *at == t) {
                    bytes.extend(self.bytes(*child, children));
                }
                bytes
            })
            .collect();
        tokens.sort_unstable();
        let mut out = vec![j.entry, place, u8::from(j.replied), tokens.len() as u8];
        out.extend_from_slice(&j.joins);
        for token in tokens {
            out.extend_from_slice(&token);
        }
        out
    }

    /// The inverse of [`Arena::encode`]; `joins` gives the joins of each entry.
    pub fn decode(bytes: &[u8], joins: &dyn Fn(u8) -> usize) -> Arena {
        let mut arena = Arena::default();
        let mut at = 1;
        for _ in 0..bytes[0] {
            arena.read(bytes, &mut at, None, joins);
        }
        arena
    }

    fn read(
        &mut self,
        bytes: &[u8],
        at: &mut usize,
        parent: Option<(usize, usize)>,
        joins: &dyn Fn(u8) -> usize,
    ) {
        let entry = bytes[*at];
        let place = match bytes[*at + 1] {
            0 => Place::Active,
            1 => Place::Pausing,
            rank => Place::Waiting(rank - 2),
        };
        let replied = bytes[*at + 2] != 0;
        let tokens = bytes[*at + 3];
        *at += 4;
        let arrived = joins(entry);
        let me = self.jobs.len();
        self.jobs.push(Job {
            entry,
            place,
            parent,
            replied,
            tokens: Vec::with_capacity(usize::from(tokens)),
            joins: bytes[*at..*at + arrived].to_vec(),
        });
        *at += arrived;
        for t in 0..usize::from(tokens) {
            let [activity, calls, kind, detail] =
                [bytes[*at], bytes[*at + 1], bytes[*at + 2], bytes[*at + 3]];
            *at += 4;
            self.jobs[me].tokens.push(Token {
                activity,
                calls,
                at: match kind {
                    0 => At::Moving,
                    1 => At::Thinking,
                    2 => At::Queued(detail),
                    3 => At::Running(detail),
                    _ => At::Calling,
                },
            });
            if kind == 4 {
                self.read(bytes, at, Some((me, t)), joins);
            }
        }
    }
}
