"""Vem får se vad: the table of rights in words, made from GRANTS so that page and rule cannot part."""

from dataclasses import dataclass

from assessments.access.permissions import GRANTS, MEETS_PROTECTED, Permission
from assessments.roster.models import Role
from assessments.words import ROLE_WORDS, listed

P = Permission
WHERE = {
    Role.TEACHER: "sina klasser",
    Role.SPECIAL_TEACHER: "sin skola, eller de klasser där någon går i uppdragets årskurser",
    Role.PRINCIPAL: "sin skola",
    Role.TEAM: "det som står i en begäran om hjälp till den egna funktionen",
    Role.COORDINATOR: "hela satsningen eller sin kommun",
    Role.ADMINISTRATOR: "sin kommun",
}
MAY = {
    P.SEE_ROSTER: "se vilka som går i klassen",
    P.EDIT_ROSTER: "läsa in klasslistor och ändra klasser och elever",
    P.PROTECT: "skydda en elevs personuppgifter och ta hand om rader i karantän",
    P.MANAGE_PROTECTED: "lägga in och flytta elever som bara har ett alias, och ta bort skyddet",
    P.MANAGE_STAFF: "sköta konton och uppdrag",
    P.SEE_TRAIL: "se vem som har sett vad och kvittera larm",
    P.SEE_SCORES: "se resultat och nivåer",
    P.RECORD_SCORES: "skriva in resultat, göra grupper och lämna in klassen",
    P.SEE_SIGNALS: "se signaler och varför de finns",
    P.ACT_ON_SIGNALS: "spara nästa steg",
    P.ACT_ON_REPORTED: "spara nästa steg för elever som anmälts till rektor",
    P.OBSERVE: "skriva en iakttagelse",
    P.SEE_SUPPORT: "se stödperioder, deras resultat och hur de slutade",
    P.RECORD_SUPPORT: "skriva in upprepade resultat i en stödperiod",
    P.PLAN_SUPPORT: "starta, ändra och avsluta stödperioder",
    P.IMPORT_ABSENCE: "läsa in frånvaro från en fil",
    P.CONSULT: "be om samråd, svara på det och bocka av garantins steg",
    P.LEAD_SCHOOL: (
        "se hur skolan kartlägger och följer upp, skriva vad som blev av en anmälan"
        " och slå på språk för bladen hem"
    ),
    P.ASK_FOR_HELP: "begära hjälp utanför skolan och anteckna samtycke och kontakt med hemmet",
    P.GIVE_GROUND: "ange grund för att begära hjälp utan alla vårdnadshavares samtycke",
    P.ANSWER_REQUESTS: "ta emot och svara på begäranden om hjälp till den egna funktionen",
    P.KEEP_NOTES: "läsa och skriva den egna funktionens elevhälsoanteckningar",
    P.KEEP_OPEN_SUPPORT: "skriva var familjer hittar öppet stöd",
    P.KEEP_RECORDS: "besluta om gallring, gallra och ta ut allt som kommunen äger",
    P.HAND_OVER: "lämna över elever och ta emot överlämningar",
    P.PRINT: "skriva ut rapporter",
    P.WRITE_HOME_PAGES: "ändra och granska bladen hem",
    P.SEE_AGGREGATES: "se andelar, aldrig en elev",
    P.MANAGE_WINDOWS: "öppna perioder, också i efterhand, bestämma texter, anta riktmärken och välja mått",
    P.SEE_CALENDAR: "se kommunens läsårstider",
    P.MANAGE_CALENDAR: "skriva kommunens läsårstider",
}
CLOSE = listed([ROLE_WORDS[role] for role in Role if role in MEETS_PROTECTED])
SENTENCES = (
    "Rätten följer uppdraget och dess datum, aldrig kontot. Dagen efter uppdragets sista dag är det stängt.",
    f"Elever med skyddade personuppgifter ser bara {CLOSE} i sin klass eller skola,"
    " och då under ett annat namn. De finns aldrig i sökningar, namngivna utskrifter eller listor över"
    " flera klasser.",
    "Varje gång någon öppnar en elevs sida eller skriver ut sparas vem, när och vilket uppdrag.",
    "Den som inte har rätt till en elev eller klass får samma svar som om den inte fanns.",
)


@dataclass(frozen=True)
class Row:
    role: str
    where: str
    may: list[str]


ROWS = [Row(ROLE_WORDS[role], WHERE[role], [MAY[one] for one in P if one in GRANTS[role]]) for role in Role]
