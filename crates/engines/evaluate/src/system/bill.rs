//! Monthly cost from a price list: machines and services by size, storage in one year, calls that
//! are billed by the million, answers on their way out, and logs.

use indexmap::IndexMap;

use knowledge::{Family, Knowledge, PriceItem, PriceList, Technology};
use model::{Cloud, Component, ComponentKind, System, Work};

use super::demand::Missing;
use super::placement::{host, is_managed, is_store, placement, technology};
use super::traffic;
use crate::cost::{LineItem, totals_per_month};
use crate::plant::{probability, times};
use crate::result::{CostResult, TableResult};

const GIB: f64 = 1_073_741_824.0;
const SECONDS_PER_MONTH: f64 = knowledge::HOURS_PER_MONTH * 3600.0;

/// The price list asked for, or the one of the brief's cloud: that of its region where there is
/// one, else the first. None for machines of one's own.
fn list<'k>(
    system: &System,
    knowledge: &'k Knowledge,
    asked: Option<&str>,
) -> Option<&'k PriceList> {
    if let Some(asked) = asked {
        return knowledge.prices(asked);
    }
    let constraints = system.brief.constraints.as_ref()?;
    let cloud = match constraints.cloud? {
        Cloud::Aws => "aws",
        Cloud::Gcp => "gcp",
        Cloud::Azure => "azure",
        Cloud::Vm => "plain",
        Cloud::OnPremises | Cloud::Local => return None,
    };
    let mut lists = knowledge.price_lists().iter().filter(|l| l.cloud == cloud);
    let region = constraints.region.as_deref();
    lists
        .clone()
        .find(|l| Some(l.region.as_str()) == region)
        .or_else(|| lists.next())
}

/// The bill, and what could not be priced.
pub(super) fn bill(
    system: &System,
    knowledge: &Knowledge,
    tables: &IndexMap<String, TableResult>,
    asked: Option<&str>,
) -> (CostResult, Vec<Missing>) {
    let mut result = CostResult::default();
    let mut missing = Vec::new();
    // What the third year's stock costs a month beyond the first year's, by currency.
    let mut later: IndexMap<String, f64> = IndexMap::new();
    let Some(list) = list(system, knowledge, asked) else {
        result
            .left_out
            .push("everything: no price list for where it runs".into());
        return (result, missing);
    };
    result.price_list = Some(list.id.clone());
    for (id, component) in &system.architecture.components {
        let outside = matches!(
            component.kind,
            ComponentKind::Client | ComponentKind::External | ComponentKind::Program
        );
        if outside || host(system, id) != id {
            continue;
        }
        let mut biller = Biller {
            id,
            component,
            technology: technology(component, knowledge),
            list,
            items: Vec::new(),
        };
        biller.machines();
        let [first, third] = [1, 2].map(|at| stored_gib(system, tables, id, at));
        let before = biller.items.len();
        biller.storage(first);
        // Disks that are provisioned cost the same in three years.
        let provisioned = component.size.as_ref().is_some_and(|s| s.disk.is_some());
        for item in biller.items[before..].iter().filter(|_| !provisioned) {
            *later.entry(item.currency.clone()).or_default() +=
                item.amount_per_month() * (third / first - 1.0);
        }
        biller.calls(system);
        if biller.items.is_empty() {
            result
                .left_out
                .push(format!("{id}: nothing in {} fits it", list.id));
            missing.push(Missing {
                subject: format!("components.{id}.size.item"),
                what: format!("the price of `{id}`"),
                remedy: format!("name an item of {} in `components.{id}.size.item`, or give its vCPU and memory", list.id),
            });
        }
        result.items.extend(biller.items);
    }
    let (items, unpriced) = traffic::items(system, list);
    result.items.extend(items);
    let mut left_out = vec!["traffic between zones and to other systems"];
    left_out.extend(unpriced);
    let mut left_out: Vec<String> = left_out.into_iter().map(String::from).collect();
    for (currency, more) in later.iter().filter(|(_, more)| **more >= 1.0) {
        left_out.push(format!(
            "what is stored after the first year ({more:.0} {currency} a month more in three years)"
        ));
    }
    left_out.extend(["backups".to_string(), "taxes".to_string()]);
    result.left_out.push(left_out.join(", "));
    result.total_per_month = totals_per_month(&result.items);
    (result, missing)
}

/// What a store's tables take, one copy, in GiB, at one of the moments of [`TableResult::bytes`].
fn stored_gib(
    system: &System,
    tables: &IndexMap<String, TableResult>,
    store: &str,
    at: usize,
) -> f64 {
    let here = system
        .architecture
        .data
        .iter()
        .filter(|(_, t)| *t.store == *store);
    here.filter_map(|(id, _)| tables.get(id)?.bytes.map(|b| b[at]))
        .sum::<f64>()
        / GIB
}

struct Biller<'a> {
    id: &'a str,
    component: &'a Component,
    technology: Option<&'a Technology>,
    list: &'a PriceList,
    items: Vec<LineItem>,
}

impl<'a> Biller<'a> {
    fn add(&mut self, what: String, quantity: f64, unit: &str, unit_price: f64, item: &PriceItem) {
        self.items.push(LineItem {
            what: format!("{}: {what}", self.id),
            element: format!("components.{}", self.id),
            quantity,
            unit: unit.to_string(),
            unit_price,
            currency: item.currency.clone(),
            source: format!("{}: {}", self.list.id, item.source.cite()),
        });
    }

    /// Families of the technology's managed offerings in this list's cloud; none where the
    /// component runs on machines of our own.
    fn families(&self) -> Vec<Family> {
        let Some(technology) = self
            .technology
            .filter(|t| is_managed(self.component, Some(t)))
        else {
            return Vec::new();
        };
        let offerings = technology.offerings_on(&self.list.cloud);
        let mut families: Vec<Family> = offerings.flat_map(|o| o.prices.iter().copied()).collect();
        families.sort_unstable();
        families.dedup();
        families
    }

    fn machines(&mut self) {
        let instances = f64::from(self.component.instances.unwrap_or(1));
        let size = self.component.size.clone().unwrap_or_default();
        let (vcpu, gib) = (
            size.vcpu.unwrap_or(0.0),
            size.memory.map_or(0.0, |m| m.0 / GIB),
        );
        if let Some(item) = size.item.as_deref().and_then(|i| self.list.item(i))
            && let Some(price) = item.monthly()
        {
            match item.family {
                // The item is a unit of a size: the bill needs both of its parts.
                Family::ContainerVcpuHour | Family::ContainerGibHour => {
                    self.container(vcpu, gib, instances);
                }
                // One item holds primary and standby.
                Family::DatabaseZoneRedundant => {
                    let pairs = (instances / 2.0).ceil();
                    let what = format!("{pairs} x {}, standby included", item.id);
                    self.add(what, pairs, "months", price, item);
                }
                _ => self.add(
                    format!("{instances} x {}", item.id),
                    instances,
                    "months",
                    price,
                    item,
                ),
            }
            return;
        }
        let families = self.families();
        if families.contains(&Family::ContainerVcpuHour)
            || !is_store(self.component.kind)
                && is_managed(self.component, self.technology)
                && families.is_empty()
        {
            self.container(vcpu, gib, instances);
            return;
        }
        if let Some(item) = self.list.unit_price(Family::LoadBalancer)
            && families.contains(&Family::LoadBalancer)
            && let Some(price) = item.monthly()
        {
            self.add("load balancer".into(), 1.0, "months", price, item);
            let capacity = self.list.unit_price(Family::LoadBalancerCapacityHour);
            if let Some((item, price)) = capacity.and_then(|i| Some((i, i.monthly()?))) {
                self.add(
                    "one capacity unit, the least".into(),
                    1.0,
                    "months",
                    price,
                    item,
                );
            }
            return;
        }
        let place = placement(self.component, self.technology, None);
        let redundant = place.zones > 1 && families.contains(&Family::DatabaseZoneRedundant);
        let sized = |f: &Family| self.list.family(*f).any(|i| i.vcpu.is_some());
        let family = if redundant {
            Some(Family::DatabaseZoneRedundant)
        } else if families.is_empty() {
            (!is_managed(self.component, self.technology)).then_some(Family::Vm)
        } else {
            families.iter().copied().find(sized)
        };
        let Some(family) = family else { return };
        if vcpu <= 0.0 && gib <= 0.0 {
            return;
        }
        let item = match self.technology.filter(|_| !families.is_empty()) {
            Some(t) => self.list.cheapest_for(&t.id, family, vcpu, gib),
            None => self.list.cheapest(family, vcpu, gib),
        };
        let Some((item, price)) = item.and_then(|i| Some((i, i.monthly()?))) else {
            return;
        };
        // A zone-redundant item holds primary and standby; readers come on top.
        let count = if redundant {
            (instances - 1.0).max(1.0)
        } else {
            instances
        };
        self.add(
            format!("{count} x {}", item.id),
            count,
            "months",
            price,
            item,
        );
    }

    fn container(&mut self, vcpu: f64, gib: f64, instances: f64) {
        for (family, amount, unit) in [
            (Family::ContainerVcpuHour, vcpu * instances, "vCPU-months"),
            (Family::ContainerGibHour, gib * instances, "GiB-months"),
        ] {
            let item = self
                .list
                .unit_price(family)
                .and_then(|i| Some((i, i.monthly()?)));
            if let Some((item, price)) = item.filter(|_| amount > 0.0) {
                self.add(
                    format!("{instances} containers, {amount} {unit}"),
                    amount,
                    unit,
                    price,
                    item,
                );
            }
        }
    }

    /// Disks as provisioned, else what the tables hold in one year.
    fn storage(&mut self, stored_gib: f64) {
        let disk = self
            .component
            .size
            .as_ref()
            .and_then(|s| s.disk)
            .map(|d| d.0 / GIB);
        let gib = disk.unwrap_or(stored_gib);
        if !is_store(self.component.kind) || gib <= 0.0 {
            return;
        }
        let families = self.families();
        let place = placement(self.component, self.technology, None);
        let redundant = Family::DatabaseStorageZoneRedundantGibMonth;
        let order = [
            Family::DatabaseStorageGibMonth,
            Family::BrokerStorageGibMonth,
            Family::KeyValueStorageGibMonth,
            Family::ObjectStorageGibMonth,
        ];
        let (family, copies) = if place.zones > 1 && families.contains(&redundant) {
            (redundant, (place.instances as f64 - 1.0).max(1.0))
        } else if let Some(family) = order.into_iter().find(|f| families.contains(f)) {
            let whole = matches!(
                family,
                Family::ObjectStorageGibMonth | Family::KeyValueStorageGibMonth
            );
            (family, if whole { 1.0 } else { place.instances as f64 })
        } else if families.is_empty() {
            (Family::BlockStorageGibMonth, place.instances as f64)
        } else {
            return;
        };
        let item = self
            .list
            .unit_price(family)
            .and_then(|i| Some((i, i.monthly()?)));
        if let Some((item, price)) = item {
            let when = if disk.is_some() {
                "as provisioned"
            } else {
                "in one year"
            };
            let amount = gib * copies;
            self.add(
                format!("{amount:.1} GiB of storage, {when}"),
                amount,
                "GiB-months",
                price,
                item,
            );
        }
    }

    /// Calls of a month at the mean rates, where the service is billed by them.
    fn calls(&mut self, system: &System) {
        use Family::{
            KeyValueMillionReads, KeyValueMillionWrites, ObjectThousandReads, ObjectThousandWrites,
            QueueMillionRequests,
        };
        let queue: fn(Work) -> bool = |w| matches!(w, Work::Publish | Work::Consume);
        let writes: fn(Work) -> bool = Work::writes;
        let reads: fn(Work) -> bool = |w| w.reads_rows() && !w.writes() || w == Work::Get;
        let kinds = [
            (QueueMillionRequests, 1e6, "million requests", queue),
            (ObjectThousandWrites, 1e3, "thousand writes", writes),
            (ObjectThousandReads, 1e3, "thousand reads", reads),
            (KeyValueMillionWrites, 1e6, "million writes", writes),
            (KeyValueMillionReads, 1e6, "million reads", reads),
        ];
        let families = self.families();
        for (family, size, unit, counts) in kinds {
            if !families.contains(&family) {
                continue;
            }
            let Some(item) = self.list.unit_price(family) else {
                continue;
            };
            let per_s: f64 = system
                .runs()
                .filter_map(|(_, operation, path)| {
                    let rate = system.brief.mean_rate(operation)?.0;
                    let steps = path
                        .steps
                        .iter()
                        .filter(|s| *s.on == *self.id && counts(s.work));
                    Some(rate * steps.map(|s| times(s) * probability(s)).sum::<f64>())
                })
                .sum();
            if per_s > 0.0 {
                let amount = per_s * SECONDS_PER_MONTH / size;
                self.add(
                    format!("{amount:.1} {unit}"),
                    amount,
                    unit,
                    item.price,
                    item,
                );
            }
        }
    }
}
