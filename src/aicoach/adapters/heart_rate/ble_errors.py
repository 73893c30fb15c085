"""Why Bluetooth does not work here, in words that lead to a remedy."""

from __future__ import annotations

from typing import Final

from aicoach.errors import BluetoothError, BluetoothProblem

_REMEDIES: Final = {
    BluetoothProblem.NOT_INSTALLED: "pip install 'aicoach[ble]'",
    BluetoothProblem.ABSENT: "plug in a Bluetooth LE adapter",
    BluetoothProblem.OFF: "switch Bluetooth on in the settings (Linux: bluetoothctl power on)",
    BluetoothProblem.DENIED: "allow this program to use Bluetooth in the system's settings",
    BluetoothProblem.NO_SERVICE: (
        "start it (Debian: sudo apt-get install bluez && sudo systemctl start bluetooth)"
    ),
    BluetoothProblem.FAILED: "switch Bluetooth off and on again",
}
_BY_REASON: Final = {
    "NO_BLUETOOTH": BluetoothProblem.ABSENT,
    "NO_BLE_CENTRAL_ROLE": BluetoothProblem.ABSENT,
    "POWERED_OFF": BluetoothProblem.OFF,
    "DENIED_BY_USER": BluetoothProblem.DENIED,
    "DENIED_BY_SYSTEM": BluetoothProblem.DENIED,
    "DENIED_BY_UNKNOWN": BluetoothProblem.DENIED,
}
_BY_DBUS_NAME: Final = {
    "org.freedesktop.DBus.Error.ServiceUnknown": BluetoothProblem.NO_SERVICE,
    "org.freedesktop.DBus.Error.NameHasNoOwner": BluetoothProblem.NO_SERVICE,
    "org.freedesktop.DBus.Error.NoReply": BluetoothProblem.NO_SERVICE,
    "org.freedesktop.DBus.Error.AccessDenied": BluetoothProblem.DENIED,
    "org.bluez.Error.NotAuthorized": BluetoothProblem.DENIED,
    "org.bluez.Error.NotReady": BluetoothProblem.OFF,
}


def bluetooth_error(problem: BluetoothProblem, detail: str = "") -> BluetoothError:
    """The error of this reason, with its remedy."""
    return BluetoothError(problem, _REMEDIES[problem], detail)


def explained(problem: BaseException) -> BluetoothError:
    """Whatever the Bluetooth library or the system raised, by its reason.

    The library's own types are read by their fields, so that this needs no library.
    """
    if isinstance(problem, BluetoothError):
        return problem
    if isinstance(problem, ImportError):
        return bluetooth_error(BluetoothProblem.NOT_INSTALLED)
    reason = getattr(getattr(problem, "reason", None), "name", "")
    if reason in _BY_REASON:
        return bluetooth_error(_BY_REASON[reason])
    dbus_name = str(getattr(problem, "dbus_error", "") or getattr(problem, "type", ""))
    if dbus_name in _BY_DBUS_NAME:
        return bluetooth_error(_BY_DBUS_NAME[dbus_name])
    if isinstance(problem, PermissionError):
        return bluetooth_error(BluetoothProblem.DENIED)
    if isinstance(problem, FileNotFoundError | ConnectionError):  # no socket of the message bus
        return bluetooth_error(BluetoothProblem.NO_SERVICE)
    detail = " ".join(str(problem).split()) or type(problem).__name__
    return bluetooth_error(BluetoothProblem.FAILED, detail[:120])
