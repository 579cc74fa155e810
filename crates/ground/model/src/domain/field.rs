//! Fields: types, classes, limits.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::not;
use crate::expr::Expr;
use crate::ids::Map;
use crate::quantity::{Bytes, Duration};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FieldType {
    Text,
    Integer,
    Decimal,
    Money,
    Boolean,
    Date,
    Timestamp,
    Duration,
    Uuid,
    Email,
    Url,
    Enum,
    Json,
    File,
    /// Latitude and longitude.
    Point,
    /// A list of scalars or of objects (`of`); in operations' inputs and results.
    List,
    /// Nested fields (`of`); in operations' inputs and results.
    Object,
}

/// How sensitive data is. The order is the order of sensitivity.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum DataClass {
    Public,
    Internal,
    Personal,
    /// Bank data other than cards.
    Financial,
    /// Card data (PCI DSS).
    Card,
    Health,
    /// Passwords, keys, tokens.
    Secret,
}

impl DataClass {
    /// The class as prose says it.
    pub fn word(self) -> &'static str {
        match self {
            DataClass::Public => "public",
            DataClass::Internal => "internal",
            DataClass::Personal => "personal",
            DataClass::Financial => "financial",
            DataClass::Card => "card",
            DataClass::Health => "health",
            DataClass::Secret => "secret",
        }
    }
}

/// What an empty text means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Blank {
    /// It is an error.
    Reject,
    /// It means absent.
    Absent,
    /// It is an ordinary value.
    Keep,
}

/// A field. `title: text` is short for `title: {type: text}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "FieldSpec")]
pub struct Field {
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// May be absent. Fields are required unless they say so.
    #[serde(default, skip_serializing_if = "not")]
    pub optional: bool,
    #[serde(default, skip_serializing_if = "not")]
    pub unique: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Expr>,
    /// A regular expression that the whole text must match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_length: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
    /// The values of an enum.
    #[serde(default)]
    pub values: Vec<String>,
    /// ISO 4217 code of a money field; absent means that each row carries its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blank: Option<Blank>,
    /// Accepted and never shown (passwords).
    #[serde(default, skip_serializing_if = "not")]
    pub write_only: bool,
    /// Never changes after the row was created.
    #[serde(default, skip_serializing_if = "not")]
    pub immutable: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<DataClass>,
    /// What part of the value another value is encoded in, so that it can be read from the value
    /// alone ('the creation week is the first three digits').
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encodes: Option<Encoding>,
    /// Mean size of a file or a JSON value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Bytes>,
    /// The fields of an object, or of each object in a list.
    #[serde(default)]
    pub of: Map<Field>,
    /// The scalar type of each element of a list that has no `of`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each: Option<FieldType>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_items: Option<u32>,
    /// Mean number of elements of a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean_items: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// A value as it would appear in a sample.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<serde_json::Value>,
}

/// A value that is carried inside another one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Encoding {
    /// What can be read from the value.
    pub what: Expr,
    /// How it is laid out ('3 digits week slot, 10 digits serial, 1 check digit').
    pub layout: String,
    /// The time that one step of the encoded value covers, where it is a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<Duration>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum FieldSpec {
    Short(FieldType),
    Full(Box<FullField>),
}

macro_rules! full_field {
    ($($(#[$meta:meta])* $name:ident : $type:ty),* $(,)?) => {
        #[derive(Deserialize, JsonSchema)]
        struct FullField {
            #[serde(rename = "type")]
            kind: FieldType,
            $(#[serde(default)] $(#[$meta])* $name: $type,)*
        }
        impl From<FieldSpec> for Field {
            fn from(spec: FieldSpec) -> Self {
                match spec {
                    FieldSpec::Short(kind) => Field::of_type(kind),
                    FieldSpec::Full(full) => Field { kind: full.kind, $($name: full.$name),* },
                }
            }
        }
        impl Field {
            /// A required field of that type with nothing else said.
            pub fn of_type(kind: FieldType) -> Self {
                Field { kind, $($name: Default::default()),* }
            }
        }
    };
}

full_field! {
    optional: bool,
    unique: bool,
    default: Option<Expr>,
    pattern: Option<String>,
    min: Option<f64>,
    max: Option<f64>,
    min_length: Option<u32>,
    max_length: Option<u32>,
    values: Vec<String>,
    currency: Option<String>,
    blank: Option<Blank>,
    write_only: bool,
    immutable: bool,
    class: Option<DataClass>,
    encodes: Option<Encoding>,
    size: Option<Bytes>,
    of: Map<Field>,
    each: Option<FieldType>,
    max_items: Option<u32>,
    mean_items: Option<f64>,
    description: Option<String>,
    example: Option<serde_json::Value>,
}
