//! The option to leave things as they are.

use model::Map;

use crate::context::Ctx;
use crate::types::{Breaks, Numbers, OptionKind, PlannedOption};

/// Leaving things as they are, where a whole system is there that must stay and nothing asks for more.
pub fn change_nothing(ctx: &Ctx, options: &[PlannedOption]) -> Option<PlannedOption> {
    let existing = ctx.brief.existing.as_ref()?;
    let (id, kept) = existing
        .iter()
        .find(|(id, e)| e.keep && **id == ctx.brief.name)?;
    let cheapest = options.first()?;
    let mut unchanged = cheapest.clone();
    unchanged.id = "change-nothing".into();
    unchanged.kind = OptionKind::ChangeNothing;
    unchanged.title = format!("Leave {id} as it is");
    unchanged.approach = kept
        .description
        .clone()
        .unwrap_or_else(|| format!("{id} goes on as it runs today."));
    unchanged.description = format!(
        "{id} keeps working unchanged. No number of it is known here: research it to compare."
    );
    unchanged.pros = vec!["0 h of work.".into()];
    unchanged.cons = ctx
        .brief
        .success
        .iter()
        .map(|(id, text)| format!("success.{id} stays open: {text}"))
        .collect();
    unchanged.risks = Vec::new();
    unchanged.dependencies = Vec::new();
    unchanged.estimate_hours = 0.0;
    unchanged.estimate_formula = "nothing is built: 0 h".into();
    unchanged.architecture = model::Architecture::default();
    unchanged.chosen = Map::new();
    unchanged.numbers = Numbers::default();
    unchanged.breaks_first_at_10x = Breaks {
        text: "Not known: nothing of it was evaluated.".into(),
        ..Breaks::default()
    };
    unchanged.feasible = false;
    unchanged.violated = Vec::new();
    Some(unchanged)
}
