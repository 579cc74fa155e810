//! OpenAPI.
use super::{Need, Renderer};
pub const RENDERER: Renderer = Renderer {
    id: "openapi",
    about: "OpenAPI 3.1 description of the HTTP interface, with samples.",
    needs: &[Need::Http],
    render: |_| Vec::new(),
};
