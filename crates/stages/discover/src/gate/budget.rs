//! A budget below the cheapest machine that the price list has.

use super::Facts;
use super::report::{Report, computed};
use knowledge::{Family, PriceItem, PriceList};
use model::Severity;
use model::brief::{Cloud, Form};

/// Where budget and prices are in different currencies, the finding holds only beyond this factor:
/// USD, EUR, GBP and CHF have stayed within it of each other since 1999.
const CURRENCY_MARGIN: f64 = 2.0;

pub(crate) fn check(facts: &Facts<'_>, report: &mut Report) {
    let brief = facts.brief;
    let Some(bounds) = &brief.constraints else {
        return;
    };
    let (Some(budget), Some(cloud)) = (&bounds.budget, bounds.cloud) else {
        return;
    };
    if !matches!(brief.form, None | Some(Form::Service)) {
        return;
    }
    // Machines of one's own are paid already, and other providers' prices are not known.
    let provider = match cloud {
        Cloud::Aws => "aws",
        Cloud::Vm => "plain",
        Cloud::Gcp | Cloud::Azure | Cloud::OnPremises | Cloud::Local => return,
    };
    let zones = if brief.targets.as_ref().and_then(|t| t.survive_zone_loss) == Some(true) {
        2.0
    } else {
        1.0
    };
    let lists = facts
        .knowledge
        .price_lists()
        .iter()
        .filter(|l| l.cloud == provider);
    let mut cheapest: Option<(&PriceList, &PriceItem, f64)> = None;
    for list in lists {
        for item in list
            .family(Family::Vm)
            .chain(list.family(Family::VmBurstable))
        {
            if let Some(price) = item.monthly()
                && cheapest.is_none_or(|(.., best)| price < best)
            {
                cheapest = Some((list, item, price));
            }
        }
    }
    let Some((list, item, price)) = cheapest else {
        return;
    };
    let margin = if list.currency == budget.currency {
        1.0
    } else {
        CURRENCY_MARGIN
    };
    let needed = price * zones;
    if budget.amount * margin >= needed {
        return;
    }
    let machines = if zones > 1.0 {
        "two machines in two zones"
    } else {
        "one machine"
    };
    let found = report.conflict(
        ("budget-below-one-machine", Severity::Blocker),
        "constraints.budget",
        format!(
            "the budget is {budget}, and {machines} of the cheapest size ({}) cost {needed:.2} {}/month",
            item.id, list.currency
        ),
        "A service needs at least a machine, before any store, disk or traffic.",
        format!("Raise the budget to at least {needed:.0} {}/month, run it on machines of your own, or ask for less.", list.currency),
    );
    computed(
        found,
        format!(
            "{zones} x {price:.2} {} = {needed:.2} {}/month ({})",
            list.currency,
            list.currency,
            item.source.cite()
        ),
    );
}
