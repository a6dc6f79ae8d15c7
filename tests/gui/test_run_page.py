"""The Run page on the demo: typed, pasted, checked, run, kept."""

import msgspec
import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from gui import tasks
from gui.run.basics import Mode
from gui.run.flags import FLAGS
from gui.run.page import RunPage
from gui.terminals import Terminals
from models.docker.run_draft import Draft, read_draft
from models.docker.run_flags import FLAGS as KNOWN
from models.docker.run_line import parse_line
from models.errors import Refused
from models.kind import Tab
from services.cancel import CancelScope
from services.demo import DEMO_CONTEXT
from services.run_drafts import RunDrafts
from tests.gui.looking import said


def on_run_page(qtbot, house, context=DEMO_CONTEXT):
    house.open(qtbot, context)
    house.window.make_one()
    page = house.window.current_page()
    assert isinstance(page, RunPage)
    qtbot.waitUntil(lambda: bool(page.form.basics.image.offers), timeout=5_000)
    return page


def checked(qtbot, page):
    """Wait until the engine has said what it has to say."""
    qtbot.waitUntil(lambda: not page._read_soon.isActive() and not page._check_soon.isActive(), timeout=5_000)
    qtbot.waitUntil(lambda: not page.checking.asking, timeout=5_000)


def container(house, name):
    page = house.window.current_place().show_page("containers")
    return next((row for row in page.table.all_rows() if row.name == name), None)


def words_of(widget):
    return "\n".join(text for _, text in said(widget))


def test_every_flag_that_a_container_can_be_told_has_a_field():
    inside_network = {flag.name for flag in KNOWN if flag.field.startswith("network.") and flag.name != "link"}
    assert set(FLAGS) == {flag.name for flag in KNOWN} - inside_network
    assert all(flag.help and flag.title for flag in FLAGS.values())


def test_the_keys_lead_to_the_form_and_run_a_container(qtbot, house):
    house.open(qtbot)
    house.window.activateWindow()
    qtbot.waitUntil(house.window.isActiveWindow, timeout=2_000)
    house.window.make_one()
    page = house.window.current_page()
    assert QApplication.focusWidget() is page.form.basics.image
    QTest.keyClicks(page.form.basics.image, "nginx:1.27-alpine")
    QTest.keyClicks(page.form.basics.name, "typed")
    checked(qtbot, page)
    QTest.keyClick(page.form.basics.name, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not house.operations.busy, timeout=10_000)
    qtbot.waitUntil(lambda: getattr(container(house, "typed"), "running", False), timeout=5_000)
    assert page.form.draft().image == ""  # what was run is no draft any more


def test_a_pasted_line_fills_the_form_and_says_what_it_cannot_hold(qtbot, house):
    page = on_run_page(qtbot, house)
    line = (
        "docker run -it --name canary -p 127.0.0.1:9101:9100/udp -v data:/srv:ro -e A=1 -e HOME \\\n "
        "--network name=shop_back,alias=a,alias=b --ulimit nofile=1024:2048 --cidfile /tmp/x alpine sh -c 'echo hi'"
    )
    page.fill_from(line)
    spec = parse_line(line).spec
    assert page.reading.spec == spec
    assert not page.reading.problems
    assert page.form.basics.way is Mode.TERMINAL
    assert page.form.sections["limits"].head.isChecked()  # a group that says something is open
    assert not page.form.sections["log"].head.isChecked()
    assert "--cidfile /tmp/x" in words_of(page.side.unsaid)
    assert parse_line(page.side.line.command()).spec == spec


def test_what_is_no_docker_line_changes_nothing_and_stays_to_be_mended(qtbot, house):
    page = on_run_page(qtbot, house)
    page.form.basics.image.setText("redis:7")
    page.side.paste.setPlainText("kubectl run x")
    page.side.fill.click()
    assert page.side.paste.toPlainText() == "kubectl run x"
    assert page.form.draft().image == "redis:7"
    assert "docker run" in words_of(page.side.unsaid)


def test_a_taken_port_holds_run_back_until_its_repair_is_pressed(qtbot, house):
    page = on_run_page(qtbot, house)
    page.fill_from("docker run -d -p 8080:80 nginx:1.27-alpine")
    checked(qtbot, page)
    entry = page.form.entry("publish")
    remark = entry.lines[0].remarks
    assert "8080 is in use by the container shop-web-1" in words_of(remark)
    assert not page.header.run.isEnabled()
    assert page.header.create_.isEnabled()
    use, anywhere = remark.lines[0].buttons
    assert use.text() == "Use 8081"
    assert anywhere.text() == "Any free port"
    use.click()
    checked(qtbot, page)
    assert entry.texts() == ("8081:80",)
    assert page.header.run.isEnabled()
    assert remark.isHidden()


def test_a_taken_name_offers_another(qtbot, house):
    page = on_run_page(qtbot, house)
    page.fill_from("docker run -d --name shop-web-1 nginx:1.27-alpine")
    checked(qtbot, page)
    assert not page.header.run.isEnabled()
    page.form.basics.remarks["name"].lines[0].buttons[0].click()
    checked(qtbot, page)
    assert page.form.basics.name.text() == "shop-web-1-2"
    assert page.header.run.isEnabled()


def test_text_that_cannot_be_read_is_kept_and_said_in_its_place(qtbot, house):
    page = on_run_page(qtbot, house)
    page.form.basics.image.setText("redis:7.4-alpine")
    page.form.entry("memory").field.setText("much")
    checked(qtbot, page)
    assert page.form.draft().texts["memory"] == ("much",)
    assert "no size" in words_of(page.form.entry("memory"))
    assert not page.header.run.isEnabled()
    assert not page.header.create_.isEnabled()
    assert "no size" in words_of(page.strip)


def test_a_missing_image_is_pulled_on_the_way(qtbot, house):
    page = on_run_page(qtbot, house)
    page.fill_from("docker run -d --name new alpine:9.9")
    checked(qtbot, page)
    assert "it is pulled first" in words_of(page.form.basics.remarks["image"])
    assert page.header.run.isEnabled()
    seen = []
    house.operations.started.connect(lambda running: running.stepped.connect(seen.extend))
    page.header.run.click()
    qtbot.waitUntil(lambda: not house.operations.busy, timeout=10_000)
    assert any("layer" in step.line for step in seen)
    assert container(house, "new").running


def test_create_only_does_not_start_it_and_does_not_wait_for_checks(qtbot, house):
    page = on_run_page(qtbot, house)
    page.fill_from("docker run -d --name later -p 8080:80 nginx:1.27-alpine")
    checked(qtbot, page)
    page.header.create_.click()
    qtbot.waitUntil(lambda: not house.operations.busy, timeout=10_000)
    qtbot.waitUntil(lambda: container(house, "later") is not None, timeout=5_000)
    assert container(house, "later").state.value == "created"


def test_when_the_engine_refuses_everything_typed_stays(qtbot, house):
    page = on_run_page(qtbot, house)
    page.fill_from("docker run -d --name kept -e A=1 nginx:1.27-alpine")
    checked(qtbot, page)
    before = page.form.draft()
    house.sessions[0].fail_next("make", Refused("no such device"))
    page.header.run.click()
    qtbot.waitUntil(lambda: page.banner.isVisible(), timeout=10_000)
    assert "no such device" in words_of(page.banner)
    assert page.form.draft() == before
    assert page.header.run.isEnabled()


def test_with_a_terminal_it_is_created_and_started_by_the_terminal(qtbot, house, monkeypatch):
    opened = []
    monkeypatch.setattr(Terminals, "open", lambda _self, _session, ref, request: opened.append((ref.name, request)))
    page = on_run_page(qtbot, house)
    page.fill_from("docker run -it --name shell nginx:1.27-alpine sh")
    checked(qtbot, page)
    page.header.run.click()
    qtbot.waitUntil(lambda: bool(opened), timeout=10_000)
    name, request = opened[0]
    assert name == "shell"
    assert request.start
    assert container(house, "shell").state.value == "created"  # its first output cannot be missed


def test_in_the_foreground_its_log_is_shown(qtbot, house):
    page = on_run_page(qtbot, house)
    page.fill_from("docker run --name loud nginx:1.27-alpine")
    checked(qtbot, page)
    page.header.run.click()
    qtbot.waitUntil(lambda: not house.operations.busy, timeout=10_000)
    containers = house.window.current_page()
    qtbot.waitUntil(lambda: [row.name for row in containers.selected()] == ["loud"], timeout=5_000)
    assert containers.details.tab is Tab.LOGS
    assert containers.details.isVisible()


def test_what_exists_completes_what_is_typed(qtbot, house):
    page = on_run_page(qtbot, house)
    line = page.form.entry("publish").add_line()
    offered = [offer.text for offer in line.public.offers]
    assert "8081" in offered  # 8080 is taken in the demo
    assert "8080" not in offered
    network = page.form.entry("network").add_line()
    QTest.keyClick(network.name, Qt.Key.Key_Down)
    found = network.name.completer()
    assert found.popup().isVisible()
    found.popup().hide()
    found.setCompletionPrefix("shop_ba")
    assert found.currentCompletion() == "shop_back"


def test_what_differs_from_the_container_that_it_came_from_is_marked(qtbot, house):
    page = house.open(qtbot)
    row = container(house, "shop-cache-1")
    page.make_like([row])
    run = house.window.current_page()
    qtbot.waitUntil(lambda: run.source is not None, timeout=5_000)
    assert not run.side.line.marked
    run.form.entry("memory").field.setText("512m")
    run.form.entry("hostname").field.setText("other")
    checked(qtbot, run)
    assert dict(run.side.line.marked) == {"-m 512m": "changed", "-h other": "added"}


def test_replacing_asks_and_on_a_protected_context_wants_the_name_typed(qtbot, house):
    page = house.open(qtbot, replace(DEMO_CONTEXT, protected=True))
    row = container(house, "shop-cache-1")
    page.make_like([row], replace=True)
    run = house.window.current_page()
    qtbot.waitUntil(lambda: run.source is not None, timeout=5_000)
    checked(qtbot, run)
    assert run.header.replaces
    assert run.header.run.isEnabled()
    run.header.run.click()
    dialog = run.running.dialog
    assert "Its log" in words_of(dialog)
    assert not dialog.replace.isEnabled()
    assert not house.operations.busy
    dialog.typed.setText("shop-cache-1")
    dialog.replace.click()
    qtbot.waitUntil(lambda: not house.operations.busy, timeout=10_000)
    qtbot.waitUntil(lambda: container(house, "shop-cache-1").id != row.id, timeout=5_000)


def test_a_secret_is_hidden_warned_of_and_left_out_of_the_line_and_the_draft(qtbot, house, tmp_path):
    house.window.drafts = RunDrafts(tmp_path)
    page = on_run_page(qtbot, house)
    page.fill_from("docker run -d -e STRIPE_API_KEY=sk_live_abcdefgh1234 nginx:1.27-alpine")
    line = page.form.entry("env").lines[0]
    assert line.value.echoMode() is QLineEdit.EchoMode.Password
    assert "Looks like a secret" in words_of(line.remarks)
    assert "sk_live" not in page.side.line.command()
    assert "-e STRIPE_API_KEY" in page.side.line.command()
    assert page.reading.spec.environment[0].value == "sk_live_abcdefgh1234"
    qtbot.waitUntil(lambda: any(tmp_path.rglob("*.json")), timeout=5_000)
    assert "sk_live" not in next(tmp_path.rglob("*.json")).read_text()


def test_a_draft_is_there_again_and_a_run_without_its_secret_is_held_back(qtbot, house, tmp_path):
    typed = Draft(image="nginx:1.27-alpine", texts={"env": ("API_TOKEN=abcdefgh1234", "A=1"), "memory": ("12q",)})
    RunDrafts(tmp_path).keep(DEMO_CONTEXT.id, typed, CancelScope())
    house.window.drafts = RunDrafts(tmp_path)
    page = on_run_page(qtbot, house)
    qtbot.waitUntil(lambda: page.form.draft().image != "", timeout=5_000)
    assert page.form.draft().texts == {"env": ("API_TOKEN=", "A=1"), "memory": ("12q",)}
    assert "API_TOKEN" in words_of(page.banner)
    page.form.entry("memory").field.clear()
    checked(qtbot, page)
    assert not page.header.run.isEnabled()
    assert "type it again" in words_of(page.form.entry("env"))
    page.form.entry("env").lines[0].value.setText("ijklmnop5678")
    checked(qtbot, page)
    assert page.header.run.isEnabled()


def test_typing_goes_on_while_the_draft_of_an_earlier_day_is_read(qtbot, house, tmp_path):
    RunDrafts(tmp_path).keep(DEMO_CONTEXT.id, Draft(image="old"), CancelScope())
    house.window.drafts = RunDrafts(tmp_path)
    house.open(qtbot)
    house.window.make_one()
    page = house.window.current_page()
    page.form.basics.image.setText("typed-at-once")
    qtbot.waitUntil(lambda: page._loaded, timeout=5_000)
    assert page.form.basics.image.text() == "typed-at-once"


def test_what_was_typed_a_moment_before_the_end_is_kept(qtbot, house, tmp_path):
    house.window.drafts = RunDrafts(tmp_path)
    page = on_run_page(qtbot, house)
    qtbot.waitUntil(lambda: page._loaded, timeout=5_000)
    page.form.basics.image.setText("typed-at-the-last-moment")
    house.window.close()
    assert tasks.shutdown(3.0)
    assert RunDrafts(tmp_path).load(DEMO_CONTEXT.id, CancelScope()).image == "typed-at-the-last-moment"


def test_a_secret_in_what_cannot_be_held_is_hidden_too(qtbot, house):
    page = on_run_page(qtbot, house)
    page.fill_from("podman run --creds=user:x --secret=token=geheim99 alpine --flag")
    assert "--secret" in words_of(page.side.unsaid)
    assert "geheim99" not in words_of(page.side.unsaid)


def test_pulling_at_once_takes_the_warning_away(qtbot, house):
    page = on_run_page(qtbot, house)
    page.fill_from("docker run -d alpine:9.9")
    checked(qtbot, page)
    house.sessions[0].fail_next("check", Refused("busy"))
    page.form.basics.remarks["image"].lines[0].buttons[0].click()
    qtbot.waitUntil(lambda: not house.operations.busy, timeout=10_000)
    qtbot.waitUntil(lambda: "busy" in words_of(page.form.basics.remarks["image"]), timeout=5_000)  # it was asked anew
    assert page.header.run.isEnabled()  # what cannot be checked stops nothing


def test_discard_can_be_taken_back(qtbot, house):
    page = on_run_page(qtbot, house)
    page.fill_from("docker run --name x --init alpine true")
    before = page.form.draft()
    page.header._discard.click()
    assert page.form.draft().image == ""
    button = next(b for b in page.banner.findChildren(type(page.header.run)) if "Bring back" in b.text())
    button.click()
    assert page.form.draft() == before


def test_the_tab_key_reaches_every_part_of_a_new_line_before_the_next_group(qtbot, house):
    page = on_run_page(qtbot, house)
    entry = page.form.entry("publish")
    first, second = entry.add_line("80"), entry.add_line("81")
    order, at = [], entry.lines[0].parts[0]
    for _ in range(40):
        order.append(at)
        at = at.nextInFocusChain()
    wanted = [*first.parts, *second.parts, entry.add]
    assert [part for part in order if part in wanted][: len(wanted)] == wanted


def test_another_context_has_a_draft_of_its_own(tmp_path):
    drafts, scope = RunDrafts(tmp_path), CancelScope()
    drafts.keep("one", Draft(image="a"), scope)
    drafts.keep("two", Draft(image="b"), scope)
    drafts.keep("one", Draft(), scope)
    assert drafts.load("one", scope).empty
    assert drafts.load("two", scope).image == "b"
    next(tmp_path.rglob("*.json")).write_text("{half")
    assert drafts.load("two", scope).empty


@pytest.mark.parametrize(
    "secret", ["--log-opt splunk-token=abcdef123456", "-l password=hunter22", "-e DB_PASSWORD=x7!"]
)
def test_no_secret_reaches_a_draft_whatever_flag_it_stands_behind(secret, tmp_path):
    from models.docker.run_draft import draft_of, without_secrets

    kept = without_secrets(draft_of(parse_line(f"docker run {secret} alpine login --password geheim99").spec))
    text = msgspec.json.encode(kept).decode()
    assert secret.partition("=")[2] not in text
    assert "geheim99" not in text
    assert len(kept.withheld) == 2
    assert read_draft(kept).spec.image == "alpine"
