"""The first file that somebody who has got an export opens."""

from assessments.words import counted

MANIFEST, READ_ME, DICTIONARY = "innehall.json", "LÄS MIG.txt", "dataordlista.csv"
TEXT = """{whole} i Lässpår, {name}.

csv/ har en tabell i varje fil, med svenska ord: för kalkylblad. UTF-8, semikolon och decimalkomma. Text som
    ett kalkylblad skulle köra som formel har en apostrof först.
json/ har samma rader för program, med koder i stället för ord. lasspar import läser dem tillbaka.
{dictionary} säger vad varje tabell och kolumn är och vad koderna betyder.
riktmarken/ har riktmärkena som TOML: lasspar benchmarks import läser dem.
{manifest} har antal rader och kontrollsummor, och vad som inte är med och varför.
{left}
Filerna innehåller uppgifter om elever, också personnummer där kommunen har tagit in dem. De är inte
krypterade: lägg dem på en krypterad disk, och gallra dem när de har gjort sitt. Rader som någon har skrivit
kan nämna andra.
"""


def read_me(name: str, hidden: int, *, of_health: bool) -> str:
    """``hidden``: how many pupils with protected identity are left out."""
    whose = f"\n{MANIFEST} säger vilket elev-id varje elev i anteckningarna har." if of_health else ""
    left = f"{counted(hidden, 'elev', 'elever')} med skyddade personuppgifter är inte med (--protected)."
    return TEXT.format(
        whole="Elevhälsans anteckningar" if of_health else "Allt som kommunen äger",
        name=name,
        dictionary=DICTIONARY,
        manifest=MANIFEST,
        left=whose + (f"\n{left}\n" if hidden else ""),
    )
