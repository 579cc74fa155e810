//! A model with a purse: every call is allowed, counted and shown.

use std::time::{Duration, Instant};

use crate::arguments::With;
use crate::consent;
use crate::language::{
    Allowance, Answer, By, Failure, LanguageModel, Limits, Prompt, Remote, Turn,
};
use crate::providers::{self, Chosen};
use crate::purse::{Purse, usd};
use terminal::look;

/// Far enough away to be no limit of its own.
const NO_DEADLINE: Duration = Duration::from_secs(24 * 3600);

/// Most bytes of an answer that stay in the conversation.
const REMEMBERED: usize = 64 * 1024;

pub struct Speaker {
    model: Box<dyn LanguageModel>,
    pub chosen: Chosen,
    pub purse: Purse,
}

/// Why there was no answer.
#[derive(Debug)]
pub enum Stop {
    /// The world failed.
    Failed(String),
    /// A cap of the user's is reached.
    Capped(String),
}

impl Stop {
    pub fn why(&self) -> &str {
        match self {
            Stop::Failed(why) | Stop::Capped(why) => why,
        }
    }
}

impl Speaker {
    /// Chooses a model, and asks whether what is to be sent may be.
    pub fn agreed(with: &With, sends: &[String]) -> Result<Speaker, String> {
        let known = providers::known()?;
        let endpoint = with.endpoint.as_deref().map(|url| (url, with.wire));
        let variable = |name: &str| std::env::var(name).ok();
        let chosen = providers::choose(&known, with.model.as_deref(), endpoint, &variable)?;
        let purse = Purse::new(
            with.max_tokens,
            with.max_cost,
            &chosen.model,
            chosen.price.clone(),
        )?;
        consent::ask(&chosen, sends, with.yes)?;
        let limits = Limits {
            timeout: with.timeout,
            answer_bytes: with.max_answer,
            retries: with.retries,
            first_wait: with.first_wait,
            longest_wait: with.longest_wait,
        };
        Ok(Speaker {
            model: Box::new(Remote::new(&chosen, limits)),
            chosen,
            purse,
        })
    }

    /// As the history names the author.
    pub fn author(&self) -> String {
        format!("model:{}", look::foreign(&self.chosen.model, 80))
    }

    /// Asks, and adds the answer to the conversation.
    pub fn ask(&mut self, prompt: &mut Prompt, until: Option<Instant>) -> Result<Answer, Stop> {
        let output = self.purse.allows(prompt.bytes()).map_err(Stop::Capped)?;
        let allowed = Allowance {
            output,
            until: until.unwrap_or_else(|| Instant::now() + NO_DEADLINE),
        };
        let answered = {
            let _working = look::working(format!("asking {}", self.chosen.model));
            self.model.answer(prompt, allowed)
        };
        let answer = answered.map_err(|Failure(why)| Stop::Failed(why))?;
        let call = self
            .purse
            .took(answer.usage, prompt.bytes(), answer.text.len());
        let cost = call
            .cost
            .map_or_else(String::new, |c| format!(", {}", usd(c)));
        let about = if call.estimated { "about " } else { "" };
        look::note(&format!(
            "call {}: {about}{} tokens in, {} out{cost}",
            self.purse.calls.len(),
            look::thousands(call.input),
            look::thousands(call.output)
        ));
        let kept = syntax::source::floor(&answer.text, answer.text.len().min(REMEMBERED));
        prompt.turns.push(Turn {
            by: By::Model,
            text: answer.text[..kept].to_string(),
        });
        Ok(answer)
    }
}
