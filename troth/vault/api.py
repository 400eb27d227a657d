"""The vault's border: what other rooms may use."""

from troth.vault.attributes import (
    MASK,
    Attribute,
    Choice,
    Choices,
    Date,
    Email,
    File,
    Json,
    JsonPart,
    Keep,
    LongText,
    Lookup,
    PostalAddress,
    SealedValue,
    Telephone,
    Text,
    Trigger,
    show_day,
    show_moment,
)
from troth.vault.copies import check_copied_keys, count_erasures, look_for_erased, plant_returned_key, try_rows
from troth.vault.countries import list_countries
from troth.vault.declarations import (
    all_attributes,
    declare_json_paths,
    declare_not_personal,
    get_attribute,
    sealed_models,
)
from troth.vault.erasure.again import SearchedAgain, search_again
from troth.vault.erasure.plan import Going, Plan, Staying, plan_erasure
from troth.vault.erasure.receipt import CheckedReceipt, receipt_public_key, verify_receipt
from troth.vault.erasure.replay import Replay, replay_erasures
from troth.vault.erasure.run import (
    cancel_erasure,
    find_receipt,
    find_remains,
    is_being_erased,
    run_erasures,
    start_erasure,
    truncate_logs,
)
from troth.vault.erasure.search import declare_search_exception, list_search_exceptions, menders
from troth.vault.erasure.subjects import declare_kept
from troth.vault.erasure.waiting import find_waiting_for_holds, plant_waiting_erasure
from troth.vault.events import Event
from troth.vault.forms import DeclaredForm, forms_of_house, input_name
from troth.vault.index import Taken, find_subjects, forget_subject, keep_found, normalize
from troth.vault.keyring import check_keys
from troth.vault.locks import run_alone
from troth.vault.models import Epoch, KeyClass, RootCheck, SubjectKey
from troth.vault.retention import RetentionLine, preview_retention, run_retention
from troth.vault.rotation import KeyStatus, read_key_status, rotate_keys
from troth.vault.sealed import Opened, SealedModel
from troth.vault.startup import check_start
from troth.vault.upkeep import check_index, rebuild_index, reconcile_index

__all__ = [
    "MASK",
    "Attribute",
    "CheckedReceipt",
    "Choice",
    "Choices",
    "Date",
    "DeclaredForm",
    "Email",
    "Epoch",
    "Event",
    "File",
    "Going",
    "Json",
    "JsonPart",
    "Keep",
    "KeyClass",
    "KeyStatus",
    "LongText",
    "Lookup",
    "Opened",
    "Plan",
    "PostalAddress",
    "Replay",
    "RetentionLine",
    "RootCheck",
    "SealedModel",
    "SealedValue",
    "SearchedAgain",
    "Staying",
    "SubjectKey",
    "Taken",
    "Telephone",
    "Text",
    "Trigger",
    "all_attributes",
    "cancel_erasure",
    "check_copied_keys",
    "check_index",
    "check_keys",
    "check_start",
    "count_erasures",
    "declare_json_paths",
    "declare_kept",
    "declare_not_personal",
    "declare_search_exception",
    "find_receipt",
    "find_remains",
    "find_subjects",
    "find_waiting_for_holds",
    "forget_subject",
    "forms_of_house",
    "get_attribute",
    "input_name",
    "is_being_erased",
    "keep_found",
    "list_countries",
    "list_search_exceptions",
    "look_for_erased",
    "menders",
    "normalize",
    "plan_erasure",
    "plant_returned_key",
    "plant_waiting_erasure",
    "preview_retention",
    "read_key_status",
    "rebuild_index",
    "receipt_public_key",
    "reconcile_index",
    "replay_erasures",
    "rotate_keys",
    "run_alone",
    "run_erasures",
    "run_retention",
    "sealed_models",
    "search_again",
    "show_day",
    "show_moment",
    "start_erasure",
    "truncate_logs",
    "try_rows",
    "verify_receipt",
]
