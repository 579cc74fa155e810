//! The model's types as plain JSON values and back, compiled once.
//!
//! The code that serde and schemars derive is generic, and the compiler makes it anew in every crate
//! that asks for it: for a whole architecture that is tens of seconds of each build. The functions of
//! [`Plain`] are not generic, so other crates convert whole documents through them.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::{Error, Value};

use crate::ids::Map;

/// A type of the model with its conversions and its schema.
pub trait Plain: Sized {
    /// # Errors
    /// The value does not have the shape of the type.
    fn from_value(value: &Value) -> Result<Self, Error>;

    /// # Errors
    /// A map in it has keys other than text, which none of the model has.
    fn to_value(&self) -> Result<Value, Error>;

    /// The schema as schemars generates it: draft 2020-12, for reading.
    fn schema() -> Value;
}

macro_rules! plain {
    ($($name:path),* $(,)?) => {
        $(
            impl Plain for $name {
                #[inline(never)]
                fn from_value(value: &Value) -> Result<Self, Error> {
                    serde::Deserialize::deserialize(value)
                }
                #[inline(never)]
                fn to_value(&self) -> Result<Value, Error> {
                    serde_json::to_value(self)
                }
                #[inline(never)]
                fn schema() -> Value {
                    schemars::schema_for!($name).to_value()
                }
            }
        )*
    };
}

// The documents, and the elements that others read one by one.
plain!(
    crate::Brief,
    crate::Architecture,
    crate::Waivers,
    crate::Measured,
    crate::drift::Drift,
    crate::Finding,
    crate::Author,
    crate::Alert,
    crate::Column,
    crate::EvolutionStage,
    crate::Index,
    crate::Mechanism,
    crate::OpenQuestion,
    crate::Risk,
    crate::Signal,
    crate::Unique,
);

/// A map of such elements, for `#[serde(deserialize_with = "...")]` in another crate.
///
/// # Errors
/// It is no map, or one of its values does not have the shape of the type.
pub fn map<'de, T: Plain, D: Deserializer<'de>>(from: D) -> Result<Map<T>, D::Error> {
    let values = Map::<Value>::deserialize(from)?;
    let typed = values
        .into_iter()
        .map(|(id, value)| match T::from_value(&value) {
            Ok(element) => Ok((id, element)),
            Err(error) => Err(D::Error::custom(format!("{id}: {error}"))),
        });
    typed.collect()
}
