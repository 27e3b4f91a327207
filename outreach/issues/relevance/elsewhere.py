"""Subjects of issues that concern none of our segments, as a rival for words they share.

A segment that claims one of these phrases itself takes it away from here.
"""

from outreach.issues.relevance.subjects import Profile

PHRASES = """
ios, iphone, ipad, ipados, android, android app, mobile app, app store, play store,
react native, flutter, swift, swiftui, xcode, jetpack compose, react, redux, nextjs, next js,
vue, nuxt, angular, svelte, jquery, typescript, javascript, webpack, vite, css, html, tailwind,
bootstrap theme, setstate, dom, jsx, props, re render, rerender, re renders, server side render,
server side rendering, ssr, page load, front end, frontend, web page, website builder,
web component, markdown, markdown renderer, syntax highlighting, highlight, treesitter,
tree sitter, vim, neovim, emacs, vscode, intellij, latex, pandoc, linter, parser, minecraft,
forge mod, fabric mod, modpack, mod, mods, single player, multiplayer, inventory, inventories,
quest, player, players, save game, savegame, savefile, game, gameplay, roblox, skyrim, mob,
mobs, dungeon, home assistant, homeassistant, hacs, zigbee, zwave, mqtt, thermostat, esphome,
smart home, light sequence, sequencer, christmas lights, robot, robotics, robot arm,
robotic arm, ros, gazebo, moveit, gripper, servo, joint, joints, torque sensor, calibrate,
calibration, 3d printer, klipper, marlin, extruder, drone, arduino, esp32, keymap, qmk,
keyboard firmware, podcast, podcasts, rss, feed, feeds, playlist, music player, lyrics,
subtitle, recipe app, fitness, dating, chatroom, social network, newsletter, volunteer,
volunteers, volunteering, shift, shifts, rota, sign up, signup, attendee, attendees, ticketing,
schedule import, talk schedule, pretalx, event schedule, k means, kmeans, clustering,
cluster size, centroid, centroids, hierarchical clustering, redis cluster, jedis, cassandra,
mongodb, elasticsearch, kafka, alembic migration, database migration, schema migration,
django migration, migration file, migrations folder, rails migration, flyway, liquibase,
sqlalchemy, prisma, orm, schema revision, blockchain, ethereum, solidity, bitcoin, wallet, nft,
staking, smart contract, mayan, maya calendar, maya civilization, astrology, horoscope, zodiac,
birthday, recipe, invoice, shopping cart, checkout, payment, password reset, reset password,
forgot password, nuclear, nuke launch, crop, bird, weather app, map tiles, routing engine,
openstreetmap, geocoding, translation, translations, i18n, typo, broken link, readme, changelog,
dependabot, bump version,
chess engine, discord bot, telegram bot, trading bot, game server, minecraft server, anime, manga,
cocktail, escape room, garden, pet, zoo, football, league, tournament, leaderboard, loyalty points
"""

ELSEWHERE = Profile(
    slug="",
    name="",
    keywords=tuple(phrase.strip() for phrase in PHRASES.split(",")),
)
