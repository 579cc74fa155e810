//! Dated price lists: the ones in `data/prices/` and the user's own.

use model::{Finding, Outcome};

use crate::reader::{Fields, Reader, is_kebab};
use crate::sources::Sources;
use crate::technology::Source;
use crate::vocabulary::{Family, PriceUnit};

/// Hours that a month is billed as: 8,760 hours a year over 12.
pub const HOURS_PER_MONTH: f64 = 730.0;

/// One thing that can be bought.
#[derive(Debug, Clone, PartialEq)]
pub struct PriceItem {
    /// Kebab-case, unique in its list: `m5-large`.
    pub id: String,
    pub family: Family,
    /// Virtual processors, where the item is a machine.
    pub vcpu: Option<f64>,
    /// Memory in GiB, where the item is a machine.
    pub memory_gib: Option<f64>,
    /// Cores are shared or limited by credits, in a family that also has whole cores. The
    /// `cheapest` methods leave such items out, for a model counts on whole cores.
    pub burstable: bool,
    /// In `currency` per `unit`, without tax.
    pub price: f64,
    pub unit: PriceUnit,
    /// ISO 4217 code, the same for the whole list.
    pub currency: String,
    /// Where this price holds; may differ from the list's region, and `note` then says why.
    pub region: String,
    /// Technology ids the item is for; empty where it is for any.
    pub technologies: Vec<String>,
    /// What else a reader must know: tier, free allowance, approximation.
    pub note: Option<String>,
    pub source: Source,
}

impl PriceItem {
    /// Price of keeping the thing for one month of 730 hours, in `currency`: one machine, one
    /// vCPU, one GiB or one capacity unit. `None` for what is paid by use (GiB moved, requests).
    pub fn monthly(&self) -> Option<f64> {
        match self.unit {
            PriceUnit::Hour
            | PriceUnit::VcpuHour
            | PriceUnit::GibHour
            | PriceUnit::CapacityUnitHour => Some(self.price * HOURS_PER_MONTH),
            PriceUnit::Month | PriceUnit::GibMonth => Some(self.price),
            PriceUnit::Gib
            | PriceUnit::GibSecond
            | PriceUnit::ThousandRequests
            | PriceUnit::MillionRequests => None,
        }
    }

    /// Whether the item can be bought for this technology.
    pub fn is_for(&self, technology: &str) -> bool {
        self.technologies.is_empty() || self.technologies.iter().any(|id| id == technology)
    }

    /// A month's price where there is one, else the price for one unit. Compared only within a
    /// family, whose items are of one nature.
    fn rank(&self) -> f64 {
        self.monthly().unwrap_or(self.price)
    }

    fn holds(&self, min_vcpu: f64, min_memory_gib: f64) -> bool {
        !self.burstable
            && self.vcpu.unwrap_or(0.0) >= min_vcpu
            && self.memory_gib.unwrap_or(0.0) >= min_memory_gib
    }
}

/// The prices of one provider in one region.
#[derive(Debug, Clone, PartialEq)]
pub struct PriceList {
    /// Kebab-case file name: `aws-eu-central-1`.
    pub id: String,
    pub name: String,
    /// `aws`, `gcp`, `plain`, ... as in a technology's offerings.
    pub cloud: String,
    pub region: String,
    /// ISO 4217 code of every item.
    pub currency: String,
    /// In file order.
    pub items: Vec<PriceItem>,
}

impl PriceList {
    /// Parses a user's own list. Faulty items are left out, each with a finding; the value is
    /// `None` where the head of the list (`id`, `name`, `cloud`, `region`, `currency`) is faulty.
    pub fn parse(text: &str) -> Outcome<Option<PriceList>> {
        let (list, findings) = read("prices.toml", None, text);
        Outcome::new(list, findings)
    }

    /// As [`PriceList::parse`], naming the file in findings.
    pub fn parse_file(file: &str, text: &str) -> Outcome<Option<PriceList>> {
        let (list, findings) = read(file, None, text);
        Outcome::new(list, findings)
    }

    /// The item of that id.
    pub fn item(&self, id: &str) -> Option<&PriceItem> {
        self.items.iter().find(|item| item.id == id)
    }

    /// The items of a family, in file order.
    pub fn family(&self, family: Family) -> impl Iterator<Item = &PriceItem> {
        self.items.iter().filter(move |item| item.family == family)
    }

    /// The first item of a family, for families that have no sizes.
    pub fn unit_price(&self, family: Family) -> Option<&PriceItem> {
        self.family(family).next()
    }

    /// The cheapest item of a family with at least so many vCPU and GiB of memory; among equals
    /// the first in the file. Zeros ask for the cheapest of all.
    pub fn cheapest(
        &self,
        family: Family,
        min_vcpu: f64,
        min_memory_gib: f64,
    ) -> Option<&PriceItem> {
        cheapest(
            self.family(family)
                .filter(|item| item.holds(min_vcpu, min_memory_gib)),
        )
    }

    /// As [`PriceList::cheapest`], of the items that can be bought for a technology.
    pub fn cheapest_for(
        &self,
        technology: &str,
        family: Family,
        min_vcpu: f64,
        min_memory_gib: f64,
    ) -> Option<&PriceItem> {
        let items = self.family(family).filter(|item| item.is_for(technology));
        cheapest(items.filter(|item| item.holds(min_vcpu, min_memory_gib)))
    }
}

fn cheapest<'a>(items: impl Iterator<Item = &'a PriceItem>) -> Option<&'a PriceItem> {
    // min_by keeps the first of equals, so the file order breaks ties.
    items.min_by(|a, b| a.rank().total_cmp(&b.rank()))
}

/// Reads a price list; `id` is the file name for embedded lists, else the key `id` is read.
pub(crate) fn read(path: &str, id: Option<&str>, text: &str) -> (Option<PriceList>, Vec<Finding>) {
    let reader = Reader::new(path, text);
    let tree = reader.tree();
    let root = reader.root(&tree);
    let sources = Sources::read(&root);
    let id = match id {
        Some(id) => Some(id.to_string()),
        None => root.required_text("id"),
    };
    if let Some(id) = id.as_ref().filter(|id| !is_kebab(id)) {
        root.bad(
            "knowledge-bad-id",
            "id",
            format!("`{id}` is not kebab-case"),
            "write it in lower case with hyphens",
        );
    }
    let name = root.required_text("name");
    let cloud = root.required_text("cloud");
    let region = root.required_text("region");
    let currency = root.required_text("currency");
    if let Some(currency) = currency.as_ref().filter(|code| !is_currency(code)) {
        root.bad(
            "knowledge-bad-value",
            "currency",
            format!("`{currency}` is not a currency code"),
            "write the ISO 4217 code, for example EUR",
        );
    }
    let head = Head {
        currency: currency.as_deref(),
        region: region.as_deref(),
        sources: &sources,
    };
    let mut items: Vec<PriceItem> = Vec::new();
    for entry in root.entries("item") {
        let span = entry.span();
        if let Some(item) = head.item(entry) {
            if items.iter().any(|other| other.id == item.id) {
                reader.fault(
                    "knowledge-duplicate",
                    span,
                    &format!("item.{}", item.id),
                    format!("item `{}` stands twice", item.id),
                    "give each item its own id",
                );
                continue;
            }
            items.push(item);
        }
    }
    root.finish();
    let list = (|| {
        Some(PriceList {
            id: id?,
            name: name?,
            cloud: cloud?,
            region: region?,
            currency: currency?,
            items,
        })
    })();
    (list, reader.into_findings())
}

fn is_currency(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase())
}

struct Head<'h> {
    currency: Option<&'h str>,
    region: Option<&'h str>,
    sources: &'h Sources,
}

impl Head<'_> {
    fn item(&self, entry: Fields<'_, '_>) -> Option<PriceItem> {
        let id = entry.required_text("id");
        if let Some(id) = id.as_ref().filter(|id| !is_kebab(id)) {
            entry.bad(
                "knowledge-bad-id",
                "id",
                format!("`{id}` is not kebab-case"),
                "write it in lower case with hyphens",
            );
        }
        let family = entry.word("family");
        let vcpu = entry.positive("vcpu");
        let memory_gib = entry.positive("memory_gib");
        let burstable = entry.flag("burstable");
        let price = entry.required_positive("price");
        let unit = entry.word("unit");
        let currency = entry.text("currency");
        if let (Some(own), Some(list)) = (&currency, self.currency)
            && own != list
        {
            entry.bad(
                "knowledge-mixed-currency",
                "currency",
                format!("priced in {own} in a list of {list}: the two cannot be compared"),
                "convert it and say so in `note`, or put it in a list of its own",
            );
            return None;
        }
        let region = entry
            .text("region")
            .or_else(|| self.region.map(str::to_string));
        let technologies = entry.texts("technologies");
        let note = entry.text("note");
        let source = self.sources.of(&entry);
        entry.finish();
        Some(PriceItem {
            id: id?,
            family: family?,
            vcpu,
            memory_gib,
            burstable,
            price: price?,
            unit: unit?,
            currency: currency.or_else(|| self.currency.map(str::to_string))?,
            region: region?,
            technologies,
            note,
            source: source?,
        })
    }
}
