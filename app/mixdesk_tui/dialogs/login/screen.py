"""The login dialog: it asks how, shows what happens, and takes the answers."""

from __future__ import annotations

import asyncio

from textual import events

from mixdesk.login.events import ProjectNeeded, Saved
from mixdesk.login.request import LoginRequest
from mixdesk.model.rules import REGIONS
from mixdesk.store.changes import Change
from mixdesk_tui.commands.login import LOGIN
from mixdesk_tui.dialogs.fields import Values, name_rule
from mixdesk_tui.dialogs.form import FieldRows
from mixdesk_tui.dialogs.login.attempt import Attempt, Happened
from mixdesk_tui.dialogs.login.fields import credential_request, region_of
from mixdesk_tui.dialogs.login.pages import LoginPages
from mixdesk_tui.dialogs.login.picker import ProjectPicker
from mixdesk_tui.dialogs.login.picking import picker_of
from mixdesk_tui.dialogs.login.state import WAYS, LoginState, can, web_request
from mixdesk_tui.dialogs.login.widgets import NameInput, PasteInput
from mixdesk_tui.spans import safe


class LoginDialog(LoginPages):
    """Logs in.

    Args:
        state: Where it opens.
    """

    BINDINGS = LOGIN

    def __init__(self, state: LoginState) -> None:
        super().__init__(state)
        self._attempt: Attempt | None = None
        self._request: LoginRequest | None = None

    async def on_mount(self) -> None:
        if self.state.page == "fields":
            await self.show_fields()
        elif self.state.page == "going":
            self._start(web_request(self.state))
        self.paint()

    async def on_unmount(self) -> None:
        """The app leaves: nothing of a login stays behind."""
        if self._attempt is not None:
            await self._attempt.stop()

    def on_happened(self, message: Happened) -> None:
        if message.attempt != self.state.attempt:
            return
        self.state = self.state.told(message.event)
        if isinstance(message.event, ProjectNeeded):
            self.desk.work("login", self._open_picker, message.event, message.attempt)
        elif isinstance(message.event, Saved):
            self._look_at_what_is_saved()

    async def _open_picker(self, needed: ProjectNeeded, attempt: int) -> None:
        """Work the list out in a thread: there may be ten thousand."""
        picker = await asyncio.to_thread(picker_of, needed)
        if attempt == self.state.attempt and self.is_attached:
            self.state = self.state.at("project")
            self.query_one(ProjectPicker).open(picker)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return can(self.state, action)

    # How

    def action_next_way(self) -> None:
        self.state = self.state.moved(1)

    def action_previous_way(self) -> None:
        self.state = self.state.moved(-1)

    def action_next_region(self) -> None:
        self.state = self.state.shifted(1)

    def action_previous_region(self) -> None:
        self.state = self.state.shifted(-1)

    async def action_choose_way(self, way: str) -> None:
        self.state = self.state.with_way(next(each for each in WAYS if each == way))
        await self.action_go_on()

    def action_choose_region(self, name: str) -> None:
        region = next((each for each in REGIONS if each == name), None)
        self.state = self.state.with_region(region)

    async def action_go_on(self) -> None:
        if self.state.has_fields:
            await self.show_fields()
            self.state = self.state.at("fields")
        else:
            self._start(web_request(self.state))

    # A credential

    def action_next_field(self) -> None:
        self.focus_next()

    def action_previous_field(self) -> None:
        self.focus_previous()

    def action_submit_credential(self) -> None:
        values = self.query_one(FieldRows).check()
        if values is not None:
            self._submit(values)

    def action_back_to_ways(self) -> None:
        self.state = self.state.at("ways")

    # While somebody is waited for

    def action_copy_address(self) -> None:
        self.desk.copy(self.state.seen.url, "The address")

    def action_copy_code_address(self) -> None:
        if self.state.seen.code is not None:
            self.desk.copy(self.state.seen.code.complete_url, "The address with the code")

    def action_open_again(self) -> None:
        if self._attempt is not None:
            self.state = self.state.opened_again()
            self._attempt.controls.open_again()

    def action_show_code(self) -> None:
        if self._attempt is not None:
            self.state = self.state.asked_for_code()
            self._attempt.controls.start_device()

    def action_paste_address(self) -> None:
        self.set_focus(self.query_one(PasteInput))

    def action_leave_field(self) -> None:
        self.set_focus(None)

    def action_hand_in_address(self) -> None:
        self._hand_in(self.query_one(PasteInput).value)

    def on_paste_input_pasted(self, message: PasteInput.Pasted) -> None:
        self._hand_in(message.text)

    def on_paste(self, event: events.Paste) -> None:
        """An address that is pasted anywhere in the dialog is meant for it."""
        event.stop()
        if self.state.is_waiting:
            self._hand_in(event.text)

    # Project and name

    def action_choose_project(self) -> None:
        self.query_one(ProjectPicker).choose()

    def action_next_project(self) -> None:
        self.query_one(ProjectPicker).move(1)

    def action_previous_project(self) -> None:
        self.query_one(ProjectPicker).move(-1)

    def action_next_projects(self) -> None:
        self.query_one(ProjectPicker).move_pages(1)

    def action_previous_projects(self) -> None:
        self.query_one(ProjectPicker).move_pages(-1)

    def on_project_picker_chosen(self, message: ProjectPicker.Chosen) -> None:
        project = message.row.project
        if self.state.page == "project" and self._attempt is not None:
            self.state = self.state.with_project(safe(project.name) or project.id)
            self._attempt.answer(project.id)

    def action_take_name(self) -> None:
        """Give the account its name, if it can have it."""
        name, names = self.query_one(NameInput).value.strip(), self.state.seen.names
        if self.state.page != "name" or names is None or self._attempt is None:
            return
        self.name_error = name_rule("an account", sorted(names.taken))(name, Values({})) or ""
        if self.name_error:
            self.paint()
            return
        self.state = self.state.with_name(name)
        self._attempt.answer(name)

    # The end

    def action_try_again(self) -> None:
        if self.state.has_fields:
            self.state = self.state.at("fields")
        elif self._request is not None:
            self._start(self._request)

    def action_close_login(self) -> None:
        saved = self.state.seen.saved
        self.dismiss(saved.account if saved is not None else None)

    def action_give_up(self) -> None:
        self.dismiss(None)

    async def action_cancel_login(self) -> None:
        """End the login; it leaves nothing behind."""
        is_under_way = self.state.page not in ("ways", "fields")
        self.state = self.state.abandoned()
        before = self.desk.undos.last
        if self._attempt is not None:
            await self._attempt.stop()
        self.dismiss(None)
        last = self.desk.undos.last
        if last is not None and last is not before and _is_login(last.change):
            # The answer came together with the key, and what is being saved is not left half done.
            self.desk.say("It was too late to cancel: the login is saved", warning=True)
            self.desk.look()
        elif is_under_way:
            self.desk.say("The login is cancelled; nothing is changed")

    # Doing it

    def _start(self, request: LoginRequest) -> None:
        self._request = request
        self.state = self.state.started()
        self._attempt = Attempt(self.state.attempt, self.post_message)
        self._attempt.start(self.desk.log_in, request)

    def _submit(self, values: Values) -> None:
        if self.state.again is None:
            self.state = self.state.with_region(region_of(values))
        self._start(credential_request(self.state, values))

    def _hand_in(self, text: str) -> None:
        field = self.query_one(PasteInput)
        field.value = ""
        if self._attempt is not None and text.strip():
            self.state = self.state.pasted()
            self._attempt.controls.paste(text.strip())
        self.set_focus(None)

    def _look_at_what_is_saved(self) -> None:
        from mixdesk_tui.doing.telling import hidden_by

        hidden = hidden_by(self.desk, "account", "project")
        if hidden:
            self.state = self.state.noted(f"It is saved, {hidden}.")
        self.desk.look()


def _is_login(change: Change) -> bool:
    """Whether a change stored a login."""
    return change.lasting is not None or any(
        each.verb == "account.login" for each in change.activities
    )
