//! The same in Dutch and in French.

use insta::assert_snapshot;
use showcaller_event::Language::{Dutch, French};

use super::super::samples::{self, in_language};
use super::seen;

#[test]
fn in_dutch() {
    assert_snapshot!(seen(&in_language(Dutch, samples::coach_today())), @r"
    Vandaag

    Warm-up, vrijdag 1 oktober
    09:00–09:30    Warm-up - Opening
    (08:00–08:30)  Coaches, Team 1, Team 2
                   Nummer 2555 000 0001 · wachtwoord Lunch1Qx
                   [ Deelnemen ] https://example.webex.com/m/1
    10:00–11:30    Team 1 - Breakout
    (09:00–10:30)  Team 1 · je bent co-host
                   Nummer 2555 000 0002 · wachtwoord Lunch2Qx
                   Deelnemen: https://example.webex.com/m/2
    10:00–11:30    Team 2 - Breakout
    (09:00–10:30)  Team 2 · je bent co-host
                   Nummer 2555 000 0003 · wachtwoord Lunch3Qx
                   Deelnemen: https://example.webex.com/m/3
    16:30–17:00    Coaches’ review
    (15:30–16:00)  link volgt · Coaches
    ────────────────────────────────────────────────────────────
    Tijden in Europe/Brussels, tussen haakjes Europe/London
    Vraag me: nu, volgende, help
    [ Nu ] [ Volgende ]
    ");
    assert_snapshot!(seen(&in_language(Dutch, samples::nothing_now(samples::opening_in(25, samples::WARM_UP)))), @r"
    Op dit moment is er niets bezig.

    Hierna, over 25 minuten
    09:00–09:30  Opening
                 Nummer 2555 000 0001 · wachtwoord Lunch1Qx
                 [ Deelnemen ] https://example.webex.com/m/1
    ────────────────────────────────────────────────────────────
    Tijden in Europe/Brussels
    Vraag me: agenda, herinner me, help
    [ Agenda ] [ Herinner me ]
    ");
    assert_snapshot!(seen(&in_language(Dutch, samples::help(true))), @r"
    Wat je me kunt vragen
    agenda – wat er vandaag op het programma staat; of noem een
    dag, of alles
    nu – wat er nu bezig is, met de link
    volgende – wat er hierna begint
    waar – waar je moet zijn
    meeting – één meeting bij naam: tijd, link, wachtwoord
    mijn team – wie er in je team zit, en wie het begeleidt
    herinner me – een privébericht vóór je volgende meeting
    board – wat de organisatoren voor je klaarzetten
    details – nummer, wachtwoord en hostsleutel van een meeting,
    bij naam
    sos – een mens: roept de organisatoren, als er iets niet
    werkt
    ────────────────────────────────────────────────────────────
    In een ruimte vermeld je me eerst. In een privégesprek
    schrijf je gewoon.
    [ Agenda ] [ Nu ] [ Volgende ] [ Herinner me ]
    ");
    assert_snapshot!(seen(&in_language(Dutch, samples::not_understood())), @r"
    Sorry, dat heb ik niet begrepen.

    Vraag me: agenda, nu, volgende, board, help · een mens: sos
    ");
    assert_snapshot!(seen(&in_language(Dutch, samples::reminder_set())), @r"
    Ik stuur je op vrijdag 1 oktober om 15:25 een herinnering in
    een privégesprek.

    - **15:30–16:00** Warm-up - Closing ·
      [Deelnemen](https://example.webex.com/m/4)
      Nummer 2555 000 0004 · wachtwoord `Lunch4Qx`

    Tijden in Europe/Brussels
    ");
    assert_snapshot!(seen(&in_language(Dutch, samples::no_such_meeting("receptie"))), @r"
    Ik ken hier geen meeting met de naam “receptie”.

    Vraag me: agenda, help
    ");
}

#[test]
fn in_french() {
    assert_snapshot!(seen(&in_language(French, samples::coach_today())), @r"
    Aujourd’hui

    Warm-up, vendredi 1er octobre
    09:00–09:30    Warm-up - Opening
    (08:00–08:30)  Coaches, Team 1, Team 2
                   Numéro 2555 000 0001 · mot de passe Lunch1Qx
                   [ Rejoindre ] https://example.webex.com/m/1
    10:00–11:30    Team 1 - Breakout
    (09:00–10:30)  Team 1 · vous êtes co-hôte
                   Numéro 2555 000 0002 · mot de passe Lunch2Qx
                   Rejoindre: https://example.webex.com/m/2
    10:00–11:30    Team 2 - Breakout
    (09:00–10:30)  Team 2 · vous êtes co-hôte
                   Numéro 2555 000 0003 · mot de passe Lunch3Qx
                   Rejoindre: https://example.webex.com/m/3
    16:30–17:00    Coaches’ review
    (15:30–16:00)  le lien suit · Coaches
    ────────────────────────────────────────────────────────────
    Heures : Europe/Brussels, entre parenthèses Europe/London
    Demandez-moi : maintenant, suivant, aide
    [ Maintenant ] [ Suivant ]
    ");
    assert_snapshot!(seen(&in_language(French, samples::next(4 * 24 * 60))), @r"
    Ensuite, le vendredi 1er octobre à 09:00
    09:00–09:30  Opening
                 Numéro 2555 000 0001 · mot de passe Lunch1Qx
                 [ Rejoindre ] https://example.webex.com/m/1
    ────────────────────────────────────────────────────────────
    Heures : Europe/Brussels
    Demandez-moi : agenda, rappel, aide
    [ Agenda ] [ Rappel ]
    ");
    assert_snapshot!(seen(&in_language(French, samples::help(false))), @r"
    Ce que vous pouvez me demander
    agenda – le programme d’aujourd’hui ; ou nommez un jour, ou
    tout
    maintenant – ce qui est en cours, avec le lien
    suivant – ce qui commence ensuite
    où – la réunion qui vous attend
    réunion – une réunion par son nom : heure, lien, mot de
    passe
    mon équipe – qui est dans votre équipe, et qui l’accompagne
    rappel – un message privé avant votre prochaine réunion
    board – ce que les organisateurs ont préparé pour vous
    sos – un humain : appelle les organisateurs, si quelque
    chose ne marche pas
    ────────────────────────────────────────────────────────────
    Dans un espace, mentionnez-moi d’abord. En privé, écrivez
    simplement.
    [ Agenda ] [ Maintenant ] [ Suivant ] [ Rappel ]
    ");
    assert_snapshot!(seen(&in_language(French, samples::reminder_set())), @r"
    Je vous enverrai un rappel en privé le vendredi 1er octobre
    à 15:25.

    - **15:30–16:00** Warm-up - Closing ·
      [Rejoindre](https://example.webex.com/m/4)
      Numéro 2555 000 0004 · mot de passe `Lunch4Qx`

    Heures : Europe/Brussels
    ");
    assert_snapshot!(seen(&in_language(French, samples::no_such_meeting("réception"))), @r"
    Je ne connais ici aucune réunion nommée « réception ».

    Demandez-moi : agenda, aide
    ");
    assert_snapshot!(seen(&in_language(French, samples::stranger())), @r"
    Bonjour ! J’aide les participants de l’événement Innovation
    Challenge, et vous n’êtes pas sur ma liste. Si vous devriez
    y être, adressez-vous aux organisateurs.
    ");
}
