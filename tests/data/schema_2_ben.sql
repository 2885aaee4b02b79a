-- What Ben's disk held when schema 2 was the newest, written by the Landline of then.
INSERT INTO person (person_row, peer_id, public_key, name, device, app_version, is_accepted, is_verified, is_blocked, is_muted, is_auto_accept, last_seen_ms) VALUES
    (1, X'28A0C2C10A705945D826FBCFB6EBD5C77353FCC510ECAA27CD4EBDEB597CD923', X'AF06A3E3291714E4F356C19C9B15CD1951EC6E6662AA77BE07547F289383341D', 'Ann', 'vm', '1.0.0', 1, 0, 0, 0, 0, 1795251551549);
INSERT INTO address (person_row, address, seen_ms, turn) VALUES
    (1, '10.0.0.1:48484', 1795251551549, 1);
INSERT INTO conversation (conversation_row, person_row, draft) VALUES
    (1, 1, 'half a thou');
INSERT INTO lane (lane_row, person_row, is_outgoing, lane_id, next_seq, beyond, receipted_seq) VALUES
    (1, 1, 1, X'AF6431DBD68029E5', 4, X'', 0);
INSERT INTO lane (lane_row, person_row, is_outgoing, lane_id, next_seq, beyond, receipted_seq) VALUES
    (2, 1, 0, X'70DC24C8165FA0E4', 7, X'', 4);
INSERT INTO sqlite_sequence (name, seq) VALUES
    ('lane', 2);
INSERT INTO transfer (transfer_row, transfer_id, person_row, direction, state, manifest_hash, files, folders, size_bytes, names, done_bytes, path, reason, time_ms, sources, into_folder) VALUES
    (1, X'698752BD4A32F9B0D2808A2DBF5C410F', 1, 0, 0, X'0676A3DF8873EC77993D205F48BEAE0F1612F71FE3F2B52CC85BC56FCA704EA5', 1, 0, 7, '["report.txt"]', 0, NULL, NULL, 1795251551568, '[]', NULL);
INSERT INTO message (message_row, conversation_row, order_key, author, message_id, kind, text, time_ms, state, lane_row, seq, is_announced, transfer_row, reply_author, reply_id, mentions, is_forwarded, edit_order, edited_ms, is_deleted) VALUES
    (1, 1, 117653605682549812, 1, X'9434CC13FCD291304A81BB8F1A557C73', 0, 'first', 1795251551552, 3, 2, 1, 1, NULL, NULL, NULL, X'', 0, -1, NULL, 0);
INSERT INTO message (message_row, conversation_row, order_key, author, message_id, kind, text, time_ms, state, lane_row, seq, is_announced, transfer_row, reply_author, reply_id, mentions, is_forwarded, edit_order, edited_ms, is_deleted) VALUES
    (2, 1, 117653605682830586, 0, X'DCFAFFD88141F7057134D1E6E1B7EFD4', 0, 'second', 1795251551556, 2, 1, 1, 1, NULL, NULL, NULL, X'', 0, 117653605683158266, 1795251551561, 0);
INSERT INTO message (message_row, conversation_row, order_key, author, message_id, kind, text, time_ms, state, lane_row, seq, is_announced, transfer_row, reply_author, reply_id, mentions, is_forwarded, edit_order, edited_ms, is_deleted) VALUES
    (3, 1, 117653605683142040, 1, X'9D98A47C8EACB2BBD3C381E8952804F2', 0, 'an answer', 1795251551561, 3, 2, 3, 1, NULL, X'34A77059E53A624C68FACAC683F9F9FFA3E871A9D66F54521351AACAFE0172B9', X'DCFAFFD88141F7057134D1E6E1B7EFD4', X'34A77059E53A624C68FACAC683F9F9FFA3E871A9D66F54521351AACAFE0172B9', 0, -1, NULL, 0);
INSERT INTO message (message_row, conversation_row, order_key, author, message_id, kind, text, time_ms, state, lane_row, seq, is_announced, transfer_row, reply_author, reply_id, mentions, is_forwarded, edit_order, edited_ms, is_deleted) VALUES
    (4, 1, 117653605683142948, 1, X'A124729B6C0EEE9E65BD2145538527DD', 0, '', 1795251551561, 3, 2, 4, 1, NULL, NULL, NULL, X'', 0, -1, NULL, 1);
INSERT INTO message (message_row, conversation_row, order_key, author, message_id, kind, text, time_ms, state, lane_row, seq, is_announced, transfer_row, reply_author, reply_id, mentions, is_forwarded, edit_order, edited_ms, is_deleted) VALUES
    (5, 1, 117653605683614444, 1, X'D2EC2E9ED880775006AA7002AFEA8767', 1, '', 1795251551568, 2, 2, 5, 1, 1, NULL, NULL, X'', 0, -1, NULL, 0);
INSERT INTO earlier_text (message_row, edit_order, text, time_ms) VALUES
    (2, -1, 'secnd', 1795251551556);
INSERT INTO reaction (message_row, author, emoji, reaction_order, is_on) VALUES
    (2, 1, '👍', 117653605683158266, 1);
