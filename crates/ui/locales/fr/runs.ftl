# Approving a run of feeds

console-previous = Page précédente
console-stat-returned = retours
console-runs-academy = Académie
console-runs-academy-any = Toutes celles de votre périmètre
console-runs-academy-button = Filtrer
console-runs-none-academy = Aucune livraison de cette académie dans votre périmètre.
console-run-undone = Annulée
console-run-history = Historique
console-run-planned-by = Préparée { $at } par { $by }
console-run-applied-by = Appliquée { $at } par { $by }
console-run-undone-by = Annulée { $at } par { $by }
console-run-back = Revenir à la livraison
console-run-sample-link = { $count ->
    [one] Vérifier un changement tiré au hasard
   *[other] Vérifier { $count } changements tirés au hasard
}
console-run-apply-link = Appliquer cette livraison…
console-run-undo-link = Annuler cette livraison…
console-run-under-way = Cette livraison est en cours de traitement.
console-run-see-progress = Voir où elle en est
console-run-reason = Motif
console-run-reason-hint = Il est gardé avec la livraison. Le journal note que c’est vous.
console-run-done-lift = Le garde-fou est levé.
console-run-done-lift-more = Votre voix est comptée. Il faut encore une autre personne pour lever ce garde-fou.
console-run-done-apply = La livraison est appliquée.
console-run-done-undo = La livraison est annulée.
console-run-done-unchanged = Rien n’a changé : cela avait déjà été fait.

# Why nothing changed, and what to do
console-run-refused-moved = L’annuaire a changé depuis la préparation de ce plan
console-run-refused-moved-do = Une autre livraison a été appliquée ou annulée. Rien n’a été modifié par celle-ci. Préparez un nouveau plan avec « portique feed plan », ou attendez la prochaine livraison.
console-run-refused-held = Un garde-fou retient toute la livraison
console-run-refused-held-do = Rien n’a été modifié. Lisez le garde-fou, puis faites-le lever ou demandez un nouvel envoi.
console-run-refused-before = C’est déjà fait
console-run-refused-before-do = Cette livraison a déjà été appliquée ou annulée. Rien n’a été modifié une seconde fois.
console-run-refused-changed = Le plan n’est pas celui qui a été signé
console-run-refused-changed-do = Rien n’a été modifié. Prévenez l’exploitant : les fichiers du plan ont été touchés. Puis préparez un nouveau plan.
console-run-refused-gone = Les données nécessaires ne sont plus gardées
console-run-refused-gone-do = Rien n’a été modifié. Un plan se prépare à nouveau ; une annulation n’est possible que pendant le délai réglé pour cette instance.
console-run-refused-failed = Quelque chose n’a pas marché chez nous
console-run-refused-failed-do = L’annuaire est resté entier. Réessayez ; si cela continue, prévenez l’exploitant.
console-run-refused-busy = Un autre import est en cours
console-run-refused-busy-do = Un seul à la fois peut changer l’annuaire. Attendez sa fin, puis revenez à cette page.
console-run-refused-reason = Il manque le motif
console-run-refused-reason-do = Écrivez en quelques mots pourquoi.
console-run-refused-planner = Vous avez préparé ce plan
console-run-refused-planner-do = Un garde-fou est levé par une autre personne que celle qui a préparé le plan.
console-run-refused-twice = Vous avez déjà donné votre voix
console-run-refused-twice-do = Ce garde-fou demande deux personnes différentes. Demandez à un collègue qui a le même pouvoir.

# By establishment
console-sort-label = Trier les établissements
console-sort-shrinkage = Plus forte baisse d’abord
console-sort-name = Par nom
console-sort-uai = Par UAI
console-places-caption = Établissements { $from } à { $to } sur { $count }
console-share = Part des départs
console-findings-remedy = Ce qui ne va pas et ce qu’il faut faire :
console-findings-all = Voir les { $count } constats

# Lifting a guard
console-guard-lifts-two = Levé par { $lifts } personne sur { $needed }. Ce garde-fou est grave : il faut deux personnes différentes, et aucune ne peut être celle qui a préparé le plan.
console-lift-link = Lever ce garde-fou
console-lift-title = Lever un garde-fou
console-lift-what = Lever le garde-fou laisse passer ce qu’il retient, quand la livraison sera appliquée.
console-lift-own = Vous avez préparé ce plan : une autre personne doit lever ce garde-fou.
console-lift-button = Lever le garde-fou

# Applying
console-apply-title = Appliquer la livraison du { $date } ?
console-apply-lead = Voici ce qui sera fait. Tout devient visible en une seule fois, ou rien.
console-apply-held = { $count ->
    [one] Un établissement est retenu.
   *[other] { $count } établissements sont retenus.
}
console-apply-held-departures = Les départs sont retenus.
console-apply-held-stay = Ce qui est retenu reste comme avant. Le reste est appliqué.
console-apply-number = Recopiez le nombre de personnes qui partent : { $count }
console-apply-number-hint = Ces personnes perdent leurs accès dans la minute. Recopiez le nombre pour montrer que vous l’avez lu.
console-apply-number-wrong = Ce n’est pas le bon nombre
console-apply-number-typed = Vous avez écrit « { $typed } ». Rien n’a été modifié.
console-apply-button = Appliquer maintenant
console-apply-undo = Vous pourrez annuler cette livraison tant que le délai d’annulation de l’instance n’est pas passé (30 jours, sauf autre réglage).

# Undoing
console-undo-title = Annuler la livraison du { $date } ?
console-undo-lead = L’annuaire revient à ce qu’il était avant cette livraison, sauf ce qui a bougé depuis.
console-undo-back = Ce qui revient
console-undo-left = { $count ->
    [one] La personne qui était partie retrouve sa place.
   *[other] Les { $count } fiches parties retrouvent leur place.
}
console-undo-created = { $count ->
    [one] La fiche créée repart.
   *[other] Les { $count } fiches créées repartent.
}
console-undo-updated = { $count ->
    [one] La fiche changée retrouve ses anciennes valeurs.
   *[other] Les { $count } fiches changées retrouvent leurs anciennes valeurs.
}
console-undo-returned = { $count ->
    [one] La personne revenue est de nouveau marquée comme partie.
   *[other] Les { $count } fiches revenues sont de nouveau marquées comme parties.
}
console-undo-passwords = Ceux qui reviennent gardent leur compte, leur identifiant et leur mot de passe.
console-undo-stays = Ce qui reste
console-undo-own = Ce que chacun a fait lui-même depuis : mot de passe choisi, charte acceptée, adresse vérifiée.
console-undo-later = Ce qu’une livraison suivante ou un administrateur a changé depuis.
console-undo-begun = Les comptes déjà activés par leur titulaire : ils restent, et comptent comme partis.
console-undo-run = L’annulation est elle-même une opération datée et signée du journal.
console-undo-button = Annuler cette livraison

# Progress
console-progress-applying = La livraison est en train d’être appliquée
console-progress-undoing = La livraison est en train d’être annulée
console-progress-refused = La livraison n’a rien changé
console-progress-lead = Personne ne voit rien de changé avant la fin.
console-progress-beginning = Cela commence.
console-progress-percent = { $percent } % fait
console-progress-records = Fiches
console-progress-of = { $done } sur { $all }
console-progress-since = Depuis
console-progress-seconds = { $count } s
console-progress-rate = Vitesse
console-progress-per-second = { $count } fiches par seconde
console-progress-left = Temps restant, à cette vitesse
console-progress-again = Actualiser
console-progress-still = Arrêter l’actualisation automatique
console-progress-follow = Actualiser toutes les trois secondes
console-progress-leave = Vous pouvez quitter cette page : le travail continue.

# Who changes
console-changes-tabs = Filtrer les changements
console-changes-all = Tous les changements
console-changes-none = Personne ne change ici.
console-changes-unnamed = Les noms ne sont pas montrés.
console-changes-unnamed-why = Seuls les administrateurs qui gèrent les personnes de cet établissement voient les noms et les fiches.
console-changes-gone = Le détail n’est plus disponible
console-changes-gone-why = Le détail des fiches n’est gardé que tant que le plan attend. Il a été appliqué, ou l’annuaire a changé depuis.
console-change-caption = Avant et après, fiche
console-change-field = Information
console-change-before = Avant
console-change-after = Après
console-change-old = ancien
console-change-new = nouveau
console-change-nothing-shown = Aucune information affichée ne change.
console-change-person = Voir la personne
console-sample-title = Changements tirés au hasard
console-sample-lead = Comparez-les avec ce que vous savez de ces personnes. Le tirage est fait à la préparation du plan et ne change plus.
console-sample-record = Fiche { $record }
console-fate-created = Arrive
console-fate-updated = Est modifié
console-fate-moved = Change de lieu
console-fate-left = Part
console-fate-returned = Revient
console-fate-unchanged = Inchangé
console-fate-held = Mis de côté
console-field-last = Nom
console-field-first = Prénom
console-field-birth-name = Nom de naissance
console-field-title = Civilité
console-field-birth-date = Date de naissance
console-field-mail = Courriel académique
console-field-until = Présent jusqu’au
console-field-places = Établissements, profils et classes
console-field-relatives = Fiches des responsables
console-field-legal = représentant légal
console-field-ine = INE
console-field-none = aucun
console-field-hidden = non affiché
console-change-leaves = Absent de cette livraison. La fiche et le compte restent jusqu’à leur date de suppression ; les accès se ferment.
console-change-aside = Fiche mise de côté à la lecture ou avec son établissement : rien ne change pour elle.
console-guard = Garde-fou
console-guards-sites = Établissements retenus
console-guards-sites-lead = Rien n’y change tant que leur garde-fou n’est pas levé. Les autres établissements ne les attendent pas.
console-guards-caption = Garde-fous { $from } à { $to } sur { $count }
console-guard-voices = Voix
console-guard-voices-of = { $lifts } sur { $needed }
console-guards-lifted = { $count ->
    [one] Un garde-fou levé
   *[other] { $count } garde-fous levés
}
