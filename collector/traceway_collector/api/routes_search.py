"""The operations that help to search: facets, keys, how a text is read, and ids by how they begin."""

from __future__ import annotations

from ..errors import QueryTooLarge
from ..query import parameters as query
from . import facets, ids, schema_search
from .endpoint import Endpoint

SEARCH: tuple[Endpoint, ...] = (
    Endpoint(
        "GET",
        "/facets",
        facets.list_facets,
        "Which values spans have, the most frequent first.",
        schema_search.FacetList,
        parameters=(facets.KEYS_WANTED, facets.PREFIX, *query.SPAN_FILTER, query.limit(facets.DEFAULT_VALUES, 200)),
        errors=(QueryTooLarge,),
    ),
    Endpoint(
        "GET",
        "/facets/keys",
        facets.list_keys,
        "The keys of the query language, and the names of attributes that spans have.",
        schema_search.KeyList,
    ),
    Endpoint(
        "GET",
        "/query",
        facets.parse_query,
        "How a query is read.",
        schema_search.ParsedQuery,
        parameters=(query.Q,),
    ),
    Endpoint(
        "GET",
        "/ids/{prefix}",
        ids.find_ids,
        "Traces and spans whose ids begin so.",
        schema_search.IdsFound,
        path_parameters=(ids.PREFIX,),
    ),
)
