//! What a design costs per month: line items with their price and its source, and their totals.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// One thing that is paid for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LineItem {
    /// What is paid for, with the element it belongs to (`orders: 3 x m5.large`).
    pub what: String,
    /// Model path of the element (`components.orders`).
    pub element: String,
    /// How much per month.
    pub quantity: f64,
    /// What the quantity counts (`instance-months`, `GB-months`, `million requests`).
    pub unit: String,
    /// Price of one unit.
    pub unit_price: f64,
    /// ISO 4217 code.
    pub currency: String,
    /// The price list and its date.
    pub source: String,
}

impl LineItem {
    /// Quantity times unit price per month. 0 where either is no finite number.
    pub fn amount_per_month(&self) -> f64 {
        let amount = self.quantity * self.unit_price;
        if amount.is_finite() { amount } else { 0.0 }
    }
}

/// Total per month for each currency, in order of first appearance. Nothing is converted.
pub fn totals_per_month(items: &[LineItem]) -> IndexMap<String, f64> {
    let mut totals = IndexMap::new();
    for item in items {
        *totals.entry(item.currency.clone()).or_insert(0.0) += item.amount_per_month();
    }
    totals
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(what: &str, quantity: f64, unit_price: f64, currency: &str) -> LineItem {
        LineItem {
            what: what.into(),
            element: "components.orders".into(),
            quantity,
            unit: "instance-months".into(),
            unit_price,
            currency: currency.into(),
            source: "test".into(),
        }
    }

    #[test]
    fn adds_up_by_currency() {
        let items = [
            item("a", 3.0, 70.08, "USD"),
            item("b", 1.0, 9.0, "EUR"),
            item("c", 2.0, 16.43, "USD"),
        ];
        let totals = totals_per_month(&items);
        assert!((totals["USD"] - 243.10).abs() < 1e-9);
        assert!((totals["EUR"] - 9.0).abs() < 1e-12);
        assert_eq!(totals.keys().collect::<Vec<_>>(), ["USD", "EUR"]);
    }
}
