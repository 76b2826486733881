"""What there is behind the Bot API: people, chats, messages, files, and updates that wait for the bot.

- `world`: all of it together, with groups and the people (`person`) who write to the bot; `backend`: what happens in it
- `model`: users, chats, messages and their versions
- `files`, `pictures`: stored files, and the sizes that Telegram makes of a photo; `media_edits`: edits under way
- `updates`, `webhook`: updates that wait for the bot, fetched or pushed; `queries`: presses and inline queries
- `profile`: the bot's commands and descriptions
- `flood`, `server_limits`: Telegram's flood limits, and those of the server before it; `clock`: its time
- `render`: everything as the Bot API's JSON; `formatting`: text with entities
- `condition`: wakes whoever waits for a change; `errors`: the errors of the Bot API

It is as strict as the official server (tdlib/telegram-bot-api 10.0 with tdlib/td 1.8.66) by default. Its rules beside
what the Bot API's documentation says, each with its source there and its test in tests/demo:

number | rule | source | test
1 | equal bytes are one photo | FileManager.cpp get_input_file_id | test_equal_bytes_are_one_photo
2 | one edit of media cancels another | MessagesManager.cpp cancel_edit_message_media | test_a_second_edit_cancels
3 | a file may be unavailable | Client.cpp on_update_file | test_a_file_may_be_unavailable_for_a_while
4 | files up to 20,971,520 bytes | Client.cpp do_get_file, Client.h | test_a_file_of_20_mib_is_not_too_big
5 | no files over HTTP but at Telegram | HttpConnection.cpp handle | test_a_server_of_ones_own_serves_no_files
6 | 500 for what is deleted at once | Client.cpp delete_message | test_what_is_deleted_at_once_cannot_be_returned
7 | 500 at a restart | Client.cpp get_closing_error | test_what_was_under_way_at_a_restart_has_an_unknown_fate
8 | an album can fail in the middle | Client.cpp on_message_send_failed | test_an_album_can_fail_in_the_middle
9 | upgraded groups | Client.cpp check_chat_access | test_only_writers_are_told_that_a_group_was_upgraded
10 | kicked, left, and deleted groups | Client.cpp check_chat_access | test_what_is_said_to_a_bot_that_is_no_member
11 | updates expire | Client.cpp add_new_callback_query, add_message_update | test_updates_expire
12 | conflicts of pollers | Client.cpp do_get_updates, abort_long_poll | test_of_two_pollers_that_wait_the_older_fails
13 | further conflicts are held back | Client.cpp fail_query_conflict | test_further_conflicts_are_held_back
14 | a hasty poller is slowed down | Client.cpp process_get_updates_query | test_a_hasty_poller_is_slowed_down
15 | an offset far ahead counts as none | TQueue.cpp get | test_an_offset_far_ahead_counts_as_none
16 | unknown names of updates | Client.cpp get_allowed_update_types | test_names_of_updates_that_nobody_knows
17 | a webhook has a queue for each chat | WebhookActor.cpp load_updates | test_queues_of_a_webhook_go_side_by_side
18 | its waits, and Retry-After | WebhookActor.cpp on_update_error | test_the_waits_of_a_webhook_double
19 | it drops what expires | WebhookActor.cpp on_update_error | test_a_webhook_drops_what_expires_before_its_next_try
20 | 410 for 23 hours removes it | WebhookActor.cpp handle | test_a_webhook_that_is_gone_for_a_day_is_removed
21 | its answer may hold a call | WebhookActor.cpp handle | test_the_answer_of_a_webhook_may_hold_a_call
22 | setWebhook once a second | Client.cpp process_set_webhook_query | test_a_webhook_can_be_set_once_a_second
23 | uploads of one size, one after the other | Client.cpp on_cmd | test_uploads_of_the_same_size_wait_for_one_another
24 | 429 for who would wait | Client.cpp fail_query_flood_limit_exceeded | test_an_upload_that_would_wait_is_refused
25 | 310 unsent messages of a chat | Client.cpp do_send_message, Client.h | test_310_unsent_messages_of_a_chat_are_all
26 | 1000 calls under way | Client.cpp send | test_a_thousand_calls_under_way_are_all
27 | deleteMessages deletes all or none | MessagesManager.cpp delete_messages | test_messages_are_deleted_all_or_none
28 | no message is deleted after 48 hours | MessagesManager.cpp can_revoke_message | test_old_messages_cannot_be_deleted
29 | what an album can hold | MessageContent.cpp check_message_group_message_contents | test_what_an_album_can_hold
30 | what groups forbid | MessageContent.cpp can_send_message_content | test_a_group_may_forbid_kinds_of_messages
31 | topics: passed over, unknown, closed | Client.cpp check_message_topic | test_topics
32 | texts of refusals | MessagesManager.cpp, Client.cpp | test_texts_of_refusals

Differs from the server: webhooks over plain HTTP at any port are fine, as with --local, and setWebhook does not try the
address; nobody logs in or out.
"""
