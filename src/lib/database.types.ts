export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[];

export type Database = {
  public: {
    Tables: {
      activities: {
        Row: {
          audience: string | null;
          block_id: string;
          body: string | null;
          cancel_reason: string | null;
          capacity: number | null;
          created_at: string;
          decline_reason: string | null;
          food: string | null;
          for_whom: Database['public']['Enums']['audience_group'][];
          hidden_at: string | null;
          hidden_by: Database['public']['Enums']['hidden_by'] | null;
          hidden_reason: string | null;
          host: string | null;
          id: string;
          is_public: boolean;
          kind: Database['public']['Enums']['activity_kind'];
          languages: string | null;
          max_party: number;
          offered_count: number;
          place_id: string | null;
          signed_up_count: number;
          signoff_closes_at: string | null;
          signup_closes_at: string | null;
          signup_opens_at: string | null;
          slug: string;
          status: Database['public']['Enums']['activity_status'];
          step_free: boolean | null;
          title: string;
          version: number;
          waitlisted_count: number;
          was_hosted: boolean;
          what_to_expect: string | null;
          whereabouts: string | null;
          is_mine_to_run: boolean | null;
        };
        ComputedFields: 'is_mine_to_run';
        Insert: {
          audience?: string | null;
          block_id: string;
          body?: string | null;
          cancel_reason?: string | null;
          capacity?: number | null;
          created_at?: string;
          decline_reason?: string | null;
          food?: string | null;
          for_whom?: Database['public']['Enums']['audience_group'][];
          hidden_at?: string | null;
          hidden_by?: Database['public']['Enums']['hidden_by'] | null;
          hidden_reason?: string | null;
          host?: string | null;
          id?: string;
          is_public?: boolean;
          kind: Database['public']['Enums']['activity_kind'];
          languages?: string | null;
          max_party?: number;
          offered_count?: number;
          place_id?: string | null;
          signed_up_count?: number;
          signoff_closes_at?: string | null;
          signup_closes_at?: string | null;
          signup_opens_at?: string | null;
          slug?: string;
          status?: Database['public']['Enums']['activity_status'];
          step_free?: boolean | null;
          title: string;
          version?: number;
          waitlisted_count?: number;
          was_hosted?: boolean;
          what_to_expect?: string | null;
          whereabouts?: string | null;
        };
        Update: {
          audience?: string | null;
          block_id?: string;
          body?: string | null;
          cancel_reason?: string | null;
          capacity?: number | null;
          created_at?: string;
          decline_reason?: string | null;
          food?: string | null;
          for_whom?: Database['public']['Enums']['audience_group'][];
          hidden_at?: string | null;
          hidden_by?: Database['public']['Enums']['hidden_by'] | null;
          hidden_reason?: string | null;
          host?: string | null;
          id?: string;
          is_public?: boolean;
          kind?: Database['public']['Enums']['activity_kind'];
          languages?: string | null;
          max_party?: number;
          offered_count?: number;
          place_id?: string | null;
          signed_up_count?: number;
          signoff_closes_at?: string | null;
          signup_closes_at?: string | null;
          signup_opens_at?: string | null;
          slug?: string;
          status?: Database['public']['Enums']['activity_status'];
          step_free?: boolean | null;
          title?: string;
          version?: number;
          waitlisted_count?: number;
          was_hosted?: boolean;
          what_to_expect?: string | null;
          whereabouts?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'activities_block_id_fkey';
            columns: ['block_id'];
            isOneToOne: false;
            referencedRelation: 'blocks';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'activities_place_id_block_id_fkey';
            columns: ['place_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'places';
            referencedColumns: ['id', 'block_id'];
          },
        ];
      };
      activity_hosts: {
        Row: {
          activity_id: string;
          block_id: string;
          person_id: string;
        };
        ComputedFields: never;
        Insert: {
          activity_id: string;
          block_id: string;
          person_id: string;
        };
        Update: {
          activity_id?: string;
          block_id?: string;
          person_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'activity_hosts_activity_id_block_id_fkey';
            columns: ['activity_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'activities';
            referencedColumns: ['id', 'block_id'];
          },
          {
            foreignKeyName: 'activity_hosts_person_id_fkey';
            columns: ['person_id'];
            isOneToOne: false;
            referencedRelation: 'people';
            referencedColumns: ['id'];
          },
        ];
      };
      activity_message_authors: {
        Row: {
          message_id: string;
          person_id: string;
        };
        ComputedFields: never;
        Insert: {
          message_id: string;
          person_id: string;
        };
        Update: {
          message_id?: string;
          person_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'activity_message_authors_message_id_fkey';
            columns: ['message_id'];
            isOneToOne: true;
            referencedRelation: 'activity_messages';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'activity_message_authors_person_id_fkey';
            columns: ['person_id'];
            isOneToOne: false;
            referencedRelation: 'people';
            referencedColumns: ['id'];
          },
        ];
      };
      activity_messages: {
        Row: {
          activity_id: string;
          block_id: string;
          body: string;
          created_at: string;
          hidden_at: string | null;
          hidden_by: Database['public']['Enums']['hidden_by'] | null;
          hidden_reason: string | null;
          id: string;
          is_from_staff: boolean;
        };
        ComputedFields: never;
        Insert: {
          activity_id: string;
          block_id: string;
          body: string;
          created_at?: string;
          hidden_at?: string | null;
          hidden_by?: Database['public']['Enums']['hidden_by'] | null;
          hidden_reason?: string | null;
          id?: string;
          is_from_staff?: boolean;
        };
        Update: {
          activity_id?: string;
          block_id?: string;
          body?: string;
          created_at?: string;
          hidden_at?: string | null;
          hidden_by?: Database['public']['Enums']['hidden_by'] | null;
          hidden_reason?: string | null;
          id?: string;
          is_from_staff?: boolean;
        };
        Relationships: [
          {
            foreignKeyName: 'activity_messages_activity_id_block_id_fkey';
            columns: ['activity_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'activities';
            referencedColumns: ['id', 'block_id'];
          },
        ];
      };
      activity_series: {
        Row: {
          activity_id: string;
          block_id: string;
          ends_clock: string;
          extra_days: number;
          made_until: string;
          rrule: string;
          starts_clock: string;
          starts_on: string;
        };
        ComputedFields: never;
        Insert: {
          activity_id: string;
          block_id: string;
          ends_clock: string;
          extra_days?: number;
          made_until: string;
          rrule: string;
          starts_clock: string;
          starts_on: string;
        };
        Update: {
          activity_id?: string;
          block_id?: string;
          ends_clock?: string;
          extra_days?: number;
          made_until?: string;
          rrule?: string;
          starts_clock?: string;
          starts_on?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'activity_series_activity_id_block_id_fkey';
            columns: ['activity_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'activities';
            referencedColumns: ['id', 'block_id'];
          },
        ];
      };
      activity_sessions: {
        Row: {
          activity_id: string;
          block_id: string;
          cancelled_at: string | null;
          ends_at: string;
          id: string;
          is_moved: boolean;
          note: string | null;
          recurs_on: string | null;
          sequence: number;
          starts_at: string;
        };
        ComputedFields: never;
        Insert: {
          activity_id: string;
          block_id: string;
          cancelled_at?: string | null;
          ends_at: string;
          id?: string;
          is_moved?: boolean;
          note?: string | null;
          recurs_on?: string | null;
          sequence?: number;
          starts_at: string;
        };
        Update: {
          activity_id?: string;
          block_id?: string;
          cancelled_at?: string | null;
          ends_at?: string;
          id?: string;
          is_moved?: boolean;
          note?: string | null;
          recurs_on?: string | null;
          sequence?: number;
          starts_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'activity_sessions_activity_id_block_id_fkey';
            columns: ['activity_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'activities';
            referencedColumns: ['id', 'block_id'];
          },
        ];
      };
      activity_translations: {
        Row: {
          activity_id: string;
          block_id: string;
          body: string | null;
          language: string;
          title: string;
        };
        ComputedFields: never;
        Insert: {
          activity_id: string;
          block_id: string;
          body?: string | null;
          language: string;
          title: string;
        };
        Update: {
          activity_id?: string;
          block_id?: string;
          body?: string | null;
          language?: string;
          title?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'activity_translations_activity_id_block_id_fkey';
            columns: ['activity_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'activities';
            referencedColumns: ['id', 'block_id'];
          },
        ];
      };
      api_keys: {
        Row: {
          created_at: string;
          id: string;
          key_hash: string;
          last_used_on: string | null;
          name: string;
          revoked_at: string | null;
          scopes: Database['public']['Enums']['api_scope'][];
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          id?: string;
          key_hash: string;
          last_used_on?: string | null;
          name: string;
          revoked_at?: string | null;
          scopes: Database['public']['Enums']['api_scope'][];
        };
        Update: {
          created_at?: string;
          id?: string;
          key_hash?: string;
          last_used_on?: string | null;
          name?: string;
          revoked_at?: string | null;
          scopes?: Database['public']['Enums']['api_scope'][];
        };
        Relationships: [];
      };
      appeals: {
        Row: {
          activity_id: string | null;
          answer: string | null;
          answered_at: string | null;
          appealed_at: string;
          block_id: string;
          body: string;
          comment_id: string | null;
          hidden_at: string;
          id: string;
          is_granted: boolean | null;
          message_id: string | null;
          page_id: string;
          proposal_id: string | null;
          question_id: string | null;
          thing_id: string;
        };
        ComputedFields: never;
        Insert: {
          activity_id?: string | null;
          answer?: string | null;
          answered_at?: string | null;
          appealed_at?: string;
          block_id: string;
          body: string;
          comment_id?: string | null;
          hidden_at: string;
          id?: string;
          is_granted?: boolean | null;
          message_id?: string | null;
          page_id: string;
          proposal_id?: string | null;
          question_id?: string | null;
          thing_id?: never;
        };
        Update: {
          activity_id?: string | null;
          answer?: string | null;
          answered_at?: string | null;
          appealed_at?: string;
          block_id?: string;
          body?: string;
          comment_id?: string | null;
          hidden_at?: string;
          id?: string;
          is_granted?: boolean | null;
          message_id?: string | null;
          page_id?: string;
          proposal_id?: string | null;
          question_id?: string | null;
          thing_id?: never;
        };
        Relationships: [
          {
            foreignKeyName: 'appeals_activity_id_block_id_fkey';
            columns: ['activity_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'activities';
            referencedColumns: ['id', 'block_id'];
          },
          {
            foreignKeyName: 'appeals_block_id_fkey';
            columns: ['block_id'];
            isOneToOne: false;
            referencedRelation: 'blocks';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'appeals_comment_id_block_id_fkey';
            columns: ['comment_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'proposal_comments';
            referencedColumns: ['id', 'block_id'];
          },
          {
            foreignKeyName: 'appeals_message_id_block_id_fkey';
            columns: ['message_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'activity_messages';
            referencedColumns: ['id', 'block_id'];
          },
          {
            foreignKeyName: 'appeals_proposal_id_block_id_fkey';
            columns: ['proposal_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'proposals';
            referencedColumns: ['id', 'block_id'];
          },
          {
            foreignKeyName: 'appeals_question_id_block_id_fkey';
            columns: ['question_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'poll_questions';
            referencedColumns: ['id', 'block_id'];
          },
        ];
      };
      attendances: {
        Row: {
          activity_id: string;
          block_id: string;
          present_count: number;
          session_id: string;
          signup_id: string;
        };
        ComputedFields: never;
        Insert: {
          activity_id: string;
          block_id: string;
          present_count: number;
          session_id: string;
          signup_id: string;
        };
        Update: {
          activity_id?: string;
          block_id?: string;
          present_count?: number;
          session_id?: string;
          signup_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'attendances_session_id_activity_id_block_id_fkey';
            columns: ['session_id', 'activity_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'activity_sessions';
            referencedColumns: ['id', 'activity_id', 'block_id'];
          },
          {
            foreignKeyName: 'attendances_signup_id_activity_id_block_id_fkey';
            columns: ['signup_id', 'activity_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'signups';
            referencedColumns: ['id', 'activity_id', 'block_id'];
          },
        ];
      };
      audit_entries: {
        Row: {
          act: Database['public']['Enums']['audit_act'];
          acted_at: string;
          actor_id: string | null;
          actor_role: Database['public']['Enums']['member_role'] | null;
          block_id: string | null;
          details: NonNullable<Json>;
          id: string;
          reason: string | null;
          shape: Database['public']['Enums']['audit_shape'];
          subject: Database['public']['Enums']['audit_subject'];
          subject_id: string;
          usual_reason: Database['public']['Enums']['usual_reason'] | null;
          actor_name: string | null;
        };
        ComputedFields: 'actor_name';
        Insert: {
          act: Database['public']['Enums']['audit_act'];
          acted_at?: string;
          actor_id?: string | null;
          actor_role?: Database['public']['Enums']['member_role'] | null;
          block_id?: string | null;
          details?: NonNullable<Json>;
          id?: string;
          reason?: string | null;
          shape: Database['public']['Enums']['audit_shape'];
          subject: Database['public']['Enums']['audit_subject'];
          subject_id: string;
          usual_reason?: Database['public']['Enums']['usual_reason'] | null;
        };
        Update: {
          act?: Database['public']['Enums']['audit_act'];
          acted_at?: string;
          actor_id?: string | null;
          actor_role?: Database['public']['Enums']['member_role'] | null;
          block_id?: string | null;
          details?: NonNullable<Json>;
          id?: string;
          reason?: string | null;
          shape?: Database['public']['Enums']['audit_shape'];
          subject?: Database['public']['Enums']['audit_subject'];
          subject_id?: string;
          usual_reason?: Database['public']['Enums']['usual_reason'] | null;
        };
        Relationships: [
          {
            foreignKeyName: 'audit_entries_actor_id_fkey';
            columns: ['actor_id'];
            isOneToOne: false;
            referencedRelation: 'people';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'audit_entries_block_id_fkey';
            columns: ['block_id'];
            isOneToOne: false;
            referencedRelation: 'blocks';
            referencedColumns: ['id'];
          },
        ];
      };
      blocks: {
        Row: {
          about: string | null;
          address: string;
          allows_comments: boolean;
          asks_pulse: boolean;
          created_at: string;
          district: string;
          id: string;
          name: string;
          owner_type: Database['public']['Enums']['owner_type'];
          slug: string;
        };
        ComputedFields: never;
        Insert: {
          about?: string | null;
          address: string;
          allows_comments?: boolean;
          asks_pulse?: boolean;
          created_at?: string;
          district: string;
          id?: string;
          name: string;
          owner_type?: Database['public']['Enums']['owner_type'];
          slug: string;
        };
        Update: {
          about?: string | null;
          address?: string;
          allows_comments?: boolean;
          asks_pulse?: boolean;
          created_at?: string;
          district?: string;
          id?: string;
          name?: string;
          owner_type?: Database['public']['Enums']['owner_type'];
          slug?: string;
        };
        Relationships: [];
      };
      calendar_links: {
        Row: {
          created_at: string;
          link_hash: string;
          person_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          link_hash: string;
          person_id: string;
        };
        Update: {
          created_at?: string;
          link_hash?: string;
          person_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'calendar_links_person_id_fkey';
            columns: ['person_id'];
            isOneToOne: true;
            referencedRelation: 'people';
            referencedColumns: ['id'];
          },
        ];
      };
      contacts: {
        Row: {
          block_id: string;
          email: string | null;
          id: string;
          kind: Database['public']['Enums']['contact_kind'];
          note: string | null;
          person_name: string | null;
          phone: string | null;
          position: number;
          title: string;
          whereabouts: string | null;
        };
        ComputedFields: never;
        Insert: {
          block_id: string;
          email?: string | null;
          id?: string;
          kind: Database['public']['Enums']['contact_kind'];
          note?: string | null;
          person_name?: string | null;
          phone?: string | null;
          position?: number;
          title: string;
          whereabouts?: string | null;
        };
        Update: {
          block_id?: string;
          email?: string | null;
          id?: string;
          kind?: Database['public']['Enums']['contact_kind'];
          note?: string | null;
          person_name?: string | null;
          phone?: string | null;
          position?: number;
          title?: string;
          whereabouts?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'contacts_block_id_fkey';
            columns: ['block_id'];
            isOneToOne: false;
            referencedRelation: 'blocks';
            referencedColumns: ['id'];
          },
        ];
      };
      edit_texts: {
        Row: {
          block_id: string;
          changed_again_at: string | null;
          edit_id: string;
          old_body: string | null;
          old_parts: string[];
          old_title: string | null;
          thing_id: string;
        };
        ComputedFields: never;
        Insert: {
          block_id: string;
          changed_again_at?: string | null;
          edit_id: string;
          old_body?: string | null;
          old_parts?: string[];
          old_title?: string | null;
          thing_id: string;
        };
        Update: {
          block_id?: string;
          changed_again_at?: string | null;
          edit_id?: string;
          old_body?: string | null;
          old_parts?: string[];
          old_title?: string | null;
          thing_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'edit_texts_block_id_fkey';
            columns: ['block_id'];
            isOneToOne: false;
            referencedRelation: 'blocks';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'edit_texts_edit_id_fkey';
            columns: ['edit_id'];
            isOneToOne: true;
            referencedRelation: 'edits';
            referencedColumns: ['id'];
          },
        ];
      };
      edits: {
        Row: {
          activity_id: string | null;
          block_id: string;
          comment_id: string | null;
          edited_at: string;
          id: string;
          message_id: string | null;
          page_id: string;
          proposal_id: string | null;
          question_id: string | null;
          reason: string;
          thing_id: string;
        };
        ComputedFields: never;
        Insert: {
          activity_id?: string | null;
          block_id: string;
          comment_id?: string | null;
          edited_at?: string;
          id?: string;
          message_id?: string | null;
          page_id: string;
          proposal_id?: string | null;
          question_id?: string | null;
          reason: string;
          thing_id?: never;
        };
        Update: {
          activity_id?: string | null;
          block_id?: string;
          comment_id?: string | null;
          edited_at?: string;
          id?: string;
          message_id?: string | null;
          page_id?: string;
          proposal_id?: string | null;
          question_id?: string | null;
          reason?: string;
          thing_id?: never;
        };
        Relationships: [
          {
            foreignKeyName: 'edits_activity_id_block_id_fkey';
            columns: ['activity_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'activities';
            referencedColumns: ['id', 'block_id'];
          },
          {
            foreignKeyName: 'edits_block_id_fkey';
            columns: ['block_id'];
            isOneToOne: false;
            referencedRelation: 'blocks';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'edits_comment_id_block_id_fkey';
            columns: ['comment_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'proposal_comments';
            referencedColumns: ['id', 'block_id'];
          },
          {
            foreignKeyName: 'edits_message_id_block_id_fkey';
            columns: ['message_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'activity_messages';
            referencedColumns: ['id', 'block_id'];
          },
          {
            foreignKeyName: 'edits_proposal_id_block_id_fkey';
            columns: ['proposal_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'proposals';
            referencedColumns: ['id', 'block_id'];
          },
          {
            foreignKeyName: 'edits_question_id_block_id_fkey';
            columns: ['question_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'poll_questions';
            referencedColumns: ['id', 'block_id'];
          },
        ];
      };
      family_readers: {
        Row: {
          joined_at: string;
          person_id: string;
        };
        ComputedFields: never;
        Insert: {
          joined_at?: string;
          person_id?: string;
        };
        Update: {
          joined_at?: string;
          person_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'family_readers_person_id_fkey';
            columns: ['person_id'];
            isOneToOne: true;
            referencedRelation: 'people';
            referencedColumns: ['id'];
          },
        ];
      };
      flags: {
        Row: {
          activity_id: string | null;
          block_id: string;
          comment_id: string | null;
          created_at: string;
          flagged_by: string | null;
          flat_id: string | null;
          id: string;
          message_id: string | null;
          proposal_id: string | null;
          question_id: string | null;
          reason: string;
          resolved_at: string | null;
          thing_id: string;
          verdict: Database['public']['Enums']['flag_verdict'] | null;
        };
        ComputedFields: never;
        Insert: {
          activity_id?: string | null;
          block_id: string;
          comment_id?: string | null;
          created_at?: string;
          flagged_by?: string | null;
          flat_id?: string | null;
          id?: string;
          message_id?: string | null;
          proposal_id?: string | null;
          question_id?: string | null;
          reason: string;
          resolved_at?: string | null;
          thing_id?: never;
          verdict?: Database['public']['Enums']['flag_verdict'] | null;
        };
        Update: {
          activity_id?: string | null;
          block_id?: string;
          comment_id?: string | null;
          created_at?: string;
          flagged_by?: string | null;
          flat_id?: string | null;
          id?: string;
          message_id?: string | null;
          proposal_id?: string | null;
          question_id?: string | null;
          reason?: string;
          resolved_at?: string | null;
          thing_id?: never;
          verdict?: Database['public']['Enums']['flag_verdict'] | null;
        };
        Relationships: [
          {
            foreignKeyName: 'flags_activity_id_block_id_fkey';
            columns: ['activity_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'activities';
            referencedColumns: ['id', 'block_id'];
          },
          {
            foreignKeyName: 'flags_block_id_fkey';
            columns: ['block_id'];
            isOneToOne: false;
            referencedRelation: 'blocks';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'flags_comment_id_block_id_fkey';
            columns: ['comment_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'proposal_comments';
            referencedColumns: ['id', 'block_id'];
          },
          {
            foreignKeyName: 'flags_flagged_by_fkey';
            columns: ['flagged_by'];
            isOneToOne: false;
            referencedRelation: 'people';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'flags_flat_id_fkey';
            columns: ['flat_id'];
            isOneToOne: false;
            referencedRelation: 'places';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'flags_message_id_block_id_fkey';
            columns: ['message_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'activity_messages';
            referencedColumns: ['id', 'block_id'];
          },
          {
            foreignKeyName: 'flags_proposal_id_block_id_fkey';
            columns: ['proposal_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'proposals';
            referencedColumns: ['id', 'block_id'];
          },
          {
            foreignKeyName: 'flags_question_id_block_id_fkey';
            columns: ['question_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'poll_questions';
            referencedColumns: ['id', 'block_id'];
          },
        ];
      };
      follow_up_milestones: {
        Row: {
          block_id: string;
          created_at: string;
          done_on: string | null;
          due_on: string | null;
          id: string;
          poll_id: string;
          title: string;
        };
        ComputedFields: never;
        Insert: {
          block_id: string;
          created_at?: string;
          done_on?: string | null;
          due_on?: string | null;
          id: string;
          poll_id: string;
          title: string;
        };
        Update: {
          block_id?: string;
          created_at?: string;
          done_on?: string | null;
          due_on?: string | null;
          id?: string;
          poll_id?: string;
          title?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'follow_up_milestones_poll_id_block_id_fkey';
            columns: ['poll_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'follow_ups';
            referencedColumns: ['poll_id', 'block_id'];
          },
        ];
      };
      follow_up_photos: {
        Row: {
          alternative_text: string;
          block_id: string;
          created_at: string;
          id: string;
          moment: Database['public']['Enums']['follow_up_moment'];
          path: string;
          poll_id: string;
        };
        ComputedFields: never;
        Insert: {
          alternative_text: string;
          block_id: string;
          created_at?: string;
          id: string;
          moment: Database['public']['Enums']['follow_up_moment'];
          path: string;
          poll_id: string;
        };
        Update: {
          alternative_text?: string;
          block_id?: string;
          created_at?: string;
          id?: string;
          moment?: Database['public']['Enums']['follow_up_moment'];
          path?: string;
          poll_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'follow_up_photos_poll_id_block_id_fkey';
            columns: ['poll_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'follow_ups';
            referencedColumns: ['poll_id', 'block_id'];
          },
        ];
      };
      follow_up_updates: {
        Row: {
          author_role: Database['public']['Enums']['phase_owner'];
          block_id: string;
          body: string;
          cost_nok: number | null;
          created_at: string;
          delayed_because: string | null;
          id: string;
          next_on: string | null;
          poll_id: string;
          promised_on: string | null;
          status: Database['public']['Enums']['follow_up_status'];
        };
        ComputedFields: never;
        Insert: {
          author_role: Database['public']['Enums']['phase_owner'];
          block_id: string;
          body: string;
          cost_nok?: number | null;
          created_at?: string;
          delayed_because?: string | null;
          id: string;
          next_on?: string | null;
          poll_id: string;
          promised_on?: string | null;
          status: Database['public']['Enums']['follow_up_status'];
        };
        Update: {
          author_role?: Database['public']['Enums']['phase_owner'];
          block_id?: string;
          body?: string;
          cost_nok?: number | null;
          created_at?: string;
          delayed_because?: string | null;
          id?: string;
          next_on?: string | null;
          poll_id?: string;
          promised_on?: string | null;
          status?: Database['public']['Enums']['follow_up_status'];
        };
        Relationships: [
          {
            foreignKeyName: 'follow_up_updates_poll_id_block_id_fkey';
            columns: ['poll_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'follow_ups';
            referencedColumns: ['poll_id', 'block_id'];
          },
        ];
      };
      follow_ups: {
        Row: {
          block_id: string;
          body: string | null;
          closed_at: string | null;
          cost_nok: number | null;
          created_at: string;
          decision: string | null;
          delayed_because: string | null;
          next_on: string | null;
          owner: Database['public']['Enums']['phase_owner'];
          poll_id: string;
          status: Database['public']['Enums']['follow_up_status'];
          told_late_at: string | null;
          updated_at: string | null;
          version: number;
        };
        ComputedFields: never;
        Insert: {
          block_id: string;
          body?: string | null;
          closed_at?: string | null;
          cost_nok?: number | null;
          created_at?: string;
          decision?: string | null;
          delayed_because?: string | null;
          next_on?: string | null;
          owner: Database['public']['Enums']['phase_owner'];
          poll_id: string;
          status?: Database['public']['Enums']['follow_up_status'];
          told_late_at?: string | null;
          updated_at?: string | null;
          version?: number;
        };
        Update: {
          block_id?: string;
          body?: string | null;
          closed_at?: string | null;
          cost_nok?: number | null;
          created_at?: string;
          decision?: string | null;
          delayed_because?: string | null;
          next_on?: string | null;
          owner?: Database['public']['Enums']['phase_owner'];
          poll_id?: string;
          status?: Database['public']['Enums']['follow_up_status'];
          told_late_at?: string | null;
          updated_at?: string | null;
          version?: number;
        };
        Relationships: [
          {
            foreignKeyName: 'follow_ups_poll_id_block_id_fkey';
            columns: ['poll_id', 'block_id'];
            isOneToOne: true;
            referencedRelation: 'polls';
            referencedColumns: ['id', 'block_id'];
          },
        ];
      };
      head_counts: {
        Row: {
          activity_id: string;
          block_id: string;
          heads: number;
          session_id: string;
        };
        ComputedFields: never;
        Insert: {
          activity_id: string;
          block_id: string;
          heads: number;
          session_id: string;
        };
        Update: {
          activity_id?: string;
          block_id?: string;
          heads?: number;
          session_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'head_counts_session_id_activity_id_block_id_fkey';
            columns: ['session_id', 'activity_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'activity_sessions';
            referencedColumns: ['id', 'activity_id', 'block_id'];
          },
        ];
      };
      join_codes: {
        Row: {
          block_id: string | null;
          code_hash: string;
          created_at: string;
          created_by: string | null;
          expires_at: string;
          flat_id: string | null;
          flat_kind: Database['public']['Enums']['place_kind'] | null;
          id: string;
          max_uses: number;
          revoked_at: string | null;
          role: Database['public']['Enums']['member_role'];
          used_count: number;
        };
        ComputedFields: never;
        Insert: {
          block_id?: string | null;
          code_hash: string;
          created_at?: string;
          created_by?: string | null;
          expires_at: string;
          flat_id?: string | null;
          flat_kind?: never;
          id?: string;
          max_uses: number;
          revoked_at?: string | null;
          role?: Database['public']['Enums']['member_role'];
          used_count?: number;
        };
        Update: {
          block_id?: string | null;
          code_hash?: string;
          created_at?: string;
          created_by?: string | null;
          expires_at?: string;
          flat_id?: string | null;
          flat_kind?: never;
          id?: string;
          max_uses?: number;
          revoked_at?: string | null;
          role?: Database['public']['Enums']['member_role'];
          used_count?: number;
        };
        Relationships: [
          {
            foreignKeyName: 'join_codes_block_id_fkey';
            columns: ['block_id'];
            isOneToOne: false;
            referencedRelation: 'blocks';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'join_codes_created_by_fkey';
            columns: ['created_by'];
            isOneToOne: false;
            referencedRelation: 'people';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'join_codes_flat_id_block_id_flat_kind_fkey';
            columns: ['flat_id', 'block_id', 'flat_kind'];
            isOneToOne: false;
            referencedRelation: 'places';
            referencedColumns: ['id', 'block_id', 'kind'];
          },
        ];
      };
      join_requests: {
        Row: {
          asked_at: string;
          block_id: string;
          decided_at: string | null;
          display_name: string | null;
          flat_text: string | null;
          id: string;
          locale: Database['public']['Enums']['locale'];
          person_id: string;
          status: Database['public']['Enums']['join_request_status'];
        };
        ComputedFields: never;
        Insert: {
          asked_at?: string;
          block_id: string;
          decided_at?: string | null;
          display_name?: string | null;
          flat_text?: string | null;
          id: string;
          locale?: Database['public']['Enums']['locale'];
          person_id: string;
          status?: Database['public']['Enums']['join_request_status'];
        };
        Update: {
          asked_at?: string;
          block_id?: string;
          decided_at?: string | null;
          display_name?: string | null;
          flat_text?: string | null;
          id?: string;
          locale?: Database['public']['Enums']['locale'];
          person_id?: string;
          status?: Database['public']['Enums']['join_request_status'];
        };
        Relationships: [
          {
            foreignKeyName: 'join_requests_block_id_fkey';
            columns: ['block_id'];
            isOneToOne: false;
            referencedRelation: 'blocks';
            referencedColumns: ['id'];
          },
        ];
      };
      landlord_settings: {
        Row: {
          id: boolean;
          intake_email: string | null;
        };
        ComputedFields: never;
        Insert: {
          id?: boolean;
          intake_email?: string | null;
        };
        Update: {
          id?: boolean;
          intake_email?: string | null;
        };
        Relationships: [];
      };
      letter_texts: {
        Row: {
          block_id: string;
          body: string;
          language: string;
        };
        ComputedFields: never;
        Insert: {
          block_id: string;
          body: string;
          language: string;
        };
        Update: {
          block_id?: string;
          body?: string;
          language?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'letter_texts_block_id_fkey';
            columns: ['block_id'];
            isOneToOne: false;
            referencedRelation: 'blocks';
            referencedColumns: ['id'];
          },
        ];
      };
      memberships: {
        Row: {
          block_id: string | null;
          blocked_at: string | null;
          ended_at: string | null;
          flat_id: string | null;
          flat_kind: Database['public']['Enums']['place_kind'] | null;
          id: string;
          person_id: string;
          role: Database['public']['Enums']['member_role'];
          started_at: string;
        };
        ComputedFields: never;
        Insert: {
          block_id?: string | null;
          blocked_at?: string | null;
          ended_at?: string | null;
          flat_id?: string | null;
          flat_kind?: never;
          id?: string;
          person_id: string;
          role: Database['public']['Enums']['member_role'];
          started_at?: string;
        };
        Update: {
          block_id?: string | null;
          blocked_at?: string | null;
          ended_at?: string | null;
          flat_id?: string | null;
          flat_kind?: never;
          id?: string;
          person_id?: string;
          role?: Database['public']['Enums']['member_role'];
          started_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'memberships_block_id_fkey';
            columns: ['block_id'];
            isOneToOne: false;
            referencedRelation: 'blocks';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'memberships_flat_id_block_id_flat_kind_fkey';
            columns: ['flat_id', 'block_id', 'flat_kind'];
            isOneToOne: false;
            referencedRelation: 'places';
            referencedColumns: ['id', 'block_id', 'kind'];
          },
          {
            foreignKeyName: 'memberships_person_id_fkey';
            columns: ['person_id'];
            isOneToOne: false;
            referencedRelation: 'people';
            referencedColumns: ['id'];
          },
        ];
      };
      message_phones: {
        Row: {
          asked_at: string;
          confirmed_at: string | null;
          person_id: string;
          phone: string;
        };
        ComputedFields: never;
        Insert: {
          asked_at?: string;
          confirmed_at?: string | null;
          person_id: string;
          phone: string;
        };
        Update: {
          asked_at?: string;
          confirmed_at?: string | null;
          person_id?: string;
          phone?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'message_phones_person_id_fkey';
            columns: ['person_id'];
            isOneToOne: true;
            referencedRelation: 'people';
            referencedColumns: ['id'];
          },
        ];
      };
      message_settings: {
        Row: {
          email_topics: Database['public']['Enums']['message_topic'][];
          person_id: string;
          push_topics: Database['public']['Enums']['message_topic'][];
          quiet_from: number;
          quiet_to: number;
          rhythm: Database['public']['Enums']['message_rhythm'];
          sms_topics: Database['public']['Enums']['message_topic'][];
        };
        ComputedFields: never;
        Insert: {
          email_topics?: Database['public']['Enums']['message_topic'][];
          person_id: string;
          push_topics?: Database['public']['Enums']['message_topic'][];
          quiet_from?: number;
          quiet_to?: number;
          rhythm?: Database['public']['Enums']['message_rhythm'];
          sms_topics?: Database['public']['Enums']['message_topic'][];
        };
        Update: {
          email_topics?: Database['public']['Enums']['message_topic'][];
          person_id?: string;
          push_topics?: Database['public']['Enums']['message_topic'][];
          quiet_from?: number;
          quiet_to?: number;
          rhythm?: Database['public']['Enums']['message_rhythm'];
          sms_topics?: Database['public']['Enums']['message_topic'][];
        };
        Relationships: [
          {
            foreignKeyName: 'message_settings_person_id_fkey';
            columns: ['person_id'];
            isOneToOne: true;
            referencedRelation: 'people';
            referencedColumns: ['id'];
          },
        ];
      };
      notice_photo_requests: {
        Row: {
          block_id: string;
          created_at: string;
          id: string;
          notice_id: string;
          reason: string | null;
        };
        ComputedFields: never;
        Insert: {
          block_id: string;
          created_at?: string;
          id?: string;
          notice_id: string;
          reason?: string | null;
        };
        Update: {
          block_id?: string;
          created_at?: string;
          id?: string;
          notice_id?: string;
          reason?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'notice_photo_requests_notice_id_block_id_fkey';
            columns: ['notice_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'notices';
            referencedColumns: ['id', 'block_id'];
          },
        ];
      };
      notice_photos: {
        Row: {
          alternative_text: string;
          block_id: string;
          has_consent: boolean;
          hidden_at: string | null;
          kind: Database['public']['Enums']['notice_photo_kind'];
          notice_id: string;
          path: string;
          reviewed_at: string | null;
        };
        ComputedFields: never;
        Insert: {
          alternative_text: string;
          block_id: string;
          has_consent?: boolean;
          hidden_at?: string | null;
          kind: Database['public']['Enums']['notice_photo_kind'];
          notice_id: string;
          path: string;
          reviewed_at?: string | null;
        };
        Update: {
          alternative_text?: string;
          block_id?: string;
          has_consent?: boolean;
          hidden_at?: string | null;
          kind?: Database['public']['Enums']['notice_photo_kind'];
          notice_id?: string;
          path?: string;
          reviewed_at?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'notice_photos_notice_id_block_id_fkey';
            columns: ['notice_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'notices';
            referencedColumns: ['id', 'block_id'];
          },
        ];
      };
      notice_places: {
        Row: {
          block_id: string;
          kind: Database['public']['Enums']['place_kind'];
          notice_id: string;
          place_id: string;
        };
        ComputedFields: never;
        Insert: {
          block_id: string;
          kind: Database['public']['Enums']['place_kind'];
          notice_id: string;
          place_id: string;
        };
        Update: {
          block_id?: string;
          kind?: Database['public']['Enums']['place_kind'];
          notice_id?: string;
          place_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'notice_places_notice_id_block_id_fkey';
            columns: ['notice_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'notices';
            referencedColumns: ['id', 'block_id'];
          },
          {
            foreignKeyName: 'notice_places_place_id_block_id_kind_fkey';
            columns: ['place_id', 'block_id', 'kind'];
            isOneToOne: false;
            referencedRelation: 'places';
            referencedColumns: ['id', 'block_id', 'kind'];
          },
        ];
      };
      notice_translations: {
        Row: {
          block_id: string;
          body: string;
          language: string;
          notice_id: string;
          source_version: number;
          title: string;
        };
        ComputedFields: never;
        Insert: {
          block_id: string;
          body: string;
          language: string;
          notice_id: string;
          source_version?: number;
          title: string;
        };
        Update: {
          block_id?: string;
          body?: string;
          language?: string;
          notice_id?: string;
          source_version?: number;
          title?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'notice_translations_notice_id_block_id_fkey';
            columns: ['notice_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'notices';
            referencedColumns: ['id', 'block_id'];
          },
        ];
      };
      notices: {
        Row: {
          audience: Database['public']['Enums']['notice_audience'];
          block_id: string;
          body: string;
          changed_at: string | null;
          class: Database['public']['Enums']['notice_class'];
          created_at: string;
          ends_at: string | null;
          id: string;
          published_at: string | null;
          reader_count: number | null;
          state: Database['public']['Enums']['notice_state'];
          title: string;
          told_at: string | null;
          version: number;
        };
        ComputedFields: never;
        Insert: {
          audience?: Database['public']['Enums']['notice_audience'];
          block_id: string;
          body: string;
          changed_at?: string | null;
          class?: Database['public']['Enums']['notice_class'];
          created_at?: string;
          ends_at?: string | null;
          id?: string;
          published_at?: string | null;
          reader_count?: number | null;
          state?: Database['public']['Enums']['notice_state'];
          title: string;
          told_at?: string | null;
          version?: number;
        };
        Update: {
          audience?: Database['public']['Enums']['notice_audience'];
          block_id?: string;
          body?: string;
          changed_at?: string | null;
          class?: Database['public']['Enums']['notice_class'];
          created_at?: string;
          ends_at?: string | null;
          id?: string;
          published_at?: string | null;
          reader_count?: number | null;
          state?: Database['public']['Enums']['notice_state'];
          title?: string;
          told_at?: string | null;
          version?: number;
        };
        Relationships: [
          {
            foreignKeyName: 'notices_block_id_fkey';
            columns: ['block_id'];
            isOneToOne: false;
            referencedRelation: 'blocks';
            referencedColumns: ['id'];
          },
        ];
      };
      notification_kinds: {
        Row: {
          about: Database['public']['Enums']['notification_about'];
          is_for_members: boolean;
          kind: Database['public']['Enums']['notification_kind'];
          leads_to: Database['public']['Enums']['notification_page'];
          topic: Database['public']['Enums']['message_topic'];
          urgency: Database['public']['Enums']['notification_urgency'];
          wants_answer: boolean;
          warns_of_misuse: boolean;
        };
        ComputedFields: never;
        Insert: {
          about: Database['public']['Enums']['notification_about'];
          is_for_members: boolean;
          kind: Database['public']['Enums']['notification_kind'];
          leads_to: Database['public']['Enums']['notification_page'];
          topic: Database['public']['Enums']['message_topic'];
          urgency: Database['public']['Enums']['notification_urgency'];
          wants_answer: boolean;
          warns_of_misuse: boolean;
        };
        Update: {
          about?: Database['public']['Enums']['notification_about'];
          is_for_members?: boolean;
          kind?: Database['public']['Enums']['notification_kind'];
          leads_to?: Database['public']['Enums']['notification_page'];
          topic?: Database['public']['Enums']['message_topic'];
          urgency?: Database['public']['Enums']['notification_urgency'];
          wants_answer?: boolean;
          warns_of_misuse?: boolean;
        };
        Relationships: [];
      };
      notifications: {
        Row: {
          about: Database['public']['Enums']['notification_about'];
          activity_id: string | null;
          block_id: string;
          created_at: string;
          id: string;
          kind: Database['public']['Enums']['notification_kind'];
          message_id: string | null;
          notice_id: string | null;
          person_id: string;
          poll_id: string | null;
          proposal_id: string | null;
          report_id: string | null;
          sent_at: string | null;
          session_id: string | null;
          signup_id: string | null;
          subject: string;
          moderation_reason: string | null;
        };
        ComputedFields: 'moderation_reason';
        Insert: {
          about?: never;
          activity_id?: string | null;
          block_id: string;
          created_at?: string;
          id?: string;
          kind: Database['public']['Enums']['notification_kind'];
          message_id?: string | null;
          notice_id?: string | null;
          person_id: string;
          poll_id?: string | null;
          proposal_id?: string | null;
          report_id?: string | null;
          sent_at?: string | null;
          session_id?: string | null;
          signup_id?: string | null;
          subject: string;
        };
        Update: {
          about?: never;
          activity_id?: string | null;
          block_id?: string;
          created_at?: string;
          id?: string;
          kind?: Database['public']['Enums']['notification_kind'];
          message_id?: string | null;
          notice_id?: string | null;
          person_id?: string;
          poll_id?: string | null;
          proposal_id?: string | null;
          report_id?: string | null;
          sent_at?: string | null;
          session_id?: string | null;
          signup_id?: string | null;
          subject?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'notifications_activity_id_fkey';
            columns: ['activity_id'];
            isOneToOne: false;
            referencedRelation: 'activities';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'notifications_block_id_fkey';
            columns: ['block_id'];
            isOneToOne: false;
            referencedRelation: 'blocks';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'notifications_kind_about_fkey';
            columns: ['kind', 'about'];
            isOneToOne: false;
            referencedRelation: 'notification_kinds';
            referencedColumns: ['kind', 'about'];
          },
          {
            foreignKeyName: 'notifications_message_id_fkey';
            columns: ['message_id'];
            isOneToOne: false;
            referencedRelation: 'activity_messages';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'notifications_notice_id_fkey';
            columns: ['notice_id'];
            isOneToOne: false;
            referencedRelation: 'notices';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'notifications_person_id_fkey';
            columns: ['person_id'];
            isOneToOne: false;
            referencedRelation: 'people';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'notifications_poll_id_fkey';
            columns: ['poll_id'];
            isOneToOne: false;
            referencedRelation: 'polls';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'notifications_proposal_id_fkey';
            columns: ['proposal_id'];
            isOneToOne: false;
            referencedRelation: 'proposals';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'notifications_report_id_fkey';
            columns: ['report_id'];
            isOneToOne: false;
            referencedRelation: 'reports';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'notifications_session_id_fkey';
            columns: ['session_id'];
            isOneToOne: false;
            referencedRelation: 'activity_sessions';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'notifications_signup_id_fkey';
            columns: ['signup_id'];
            isOneToOne: false;
            referencedRelation: 'signups';
            referencedColumns: ['id'];
          },
        ];
      };
      opening_hours: {
        Row: {
          closes_at: string;
          contact_id: string;
          id: string;
          opens_at: string;
          weekday: number;
        };
        ComputedFields: never;
        Insert: {
          closes_at: string;
          contact_id: string;
          id?: string;
          opens_at: string;
          weekday: number;
        };
        Update: {
          closes_at?: string;
          contact_id?: string;
          id?: string;
          opens_at?: string;
          weekday?: number;
        };
        Relationships: [
          {
            foreignKeyName: 'opening_hours_contact_id_fkey';
            columns: ['contact_id'];
            isOneToOne: false;
            referencedRelation: 'contacts';
            referencedColumns: ['id'];
          },
        ];
      };
      outages: {
        Row: {
          block_id: string;
          body: string;
          ended_at: string | null;
          expected_on: string | null;
          place_id: string;
          posted_at: string;
          report_id: string;
          thing: Database['public']['Enums']['report_thing'];
        };
        ComputedFields: never;
        Insert: {
          block_id: string;
          body: string;
          ended_at?: string | null;
          expected_on?: string | null;
          place_id: string;
          posted_at?: string;
          report_id: string;
          thing: Database['public']['Enums']['report_thing'];
        };
        Update: {
          block_id?: string;
          body?: string;
          ended_at?: string | null;
          expected_on?: string | null;
          place_id?: string;
          posted_at?: string;
          report_id?: string;
          thing?: Database['public']['Enums']['report_thing'];
        };
        Relationships: [
          {
            foreignKeyName: 'outages_place_id_block_id_fkey';
            columns: ['place_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'places';
            referencedColumns: ['id', 'block_id'];
          },
          {
            foreignKeyName: 'outages_report_id_block_id_fkey';
            columns: ['report_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'reports';
            referencedColumns: ['id', 'block_id'];
          },
        ];
      };
      outbox_messages: {
        Row: {
          attempts: number;
          channel: Database['public']['Enums']['outbox_channel'];
          created_at: string;
          endpoint_id: string | null;
          event_id: number | null;
          failures: number;
          finished_at: string | null;
          id: string;
          is_urgent: boolean;
          join_request_id: string | null;
          kind: Database['public']['Enums']['outbox_kind'];
          last_error: string | null;
          next_attempt_at: string;
          payload: NonNullable<Json>;
          person_id: string | null;
          report_id: string | null;
          status: Database['public']['Enums']['outbox_status'];
          subscription_id: string | null;
          tried_at: string | null;
        };
        ComputedFields: never;
        Insert: {
          attempts?: number;
          channel: Database['public']['Enums']['outbox_channel'];
          created_at?: string;
          endpoint_id?: string | null;
          event_id?: number | null;
          failures?: number;
          finished_at?: string | null;
          id?: string;
          is_urgent?: boolean;
          join_request_id?: string | null;
          kind: Database['public']['Enums']['outbox_kind'];
          last_error?: string | null;
          next_attempt_at?: string;
          payload: NonNullable<Json>;
          person_id?: string | null;
          report_id?: string | null;
          status?: Database['public']['Enums']['outbox_status'];
          subscription_id?: string | null;
          tried_at?: string | null;
        };
        Update: {
          attempts?: number;
          channel?: Database['public']['Enums']['outbox_channel'];
          created_at?: string;
          endpoint_id?: string | null;
          event_id?: number | null;
          failures?: number;
          finished_at?: string | null;
          id?: string;
          is_urgent?: boolean;
          join_request_id?: string | null;
          kind?: Database['public']['Enums']['outbox_kind'];
          last_error?: string | null;
          next_attempt_at?: string;
          payload?: NonNullable<Json>;
          person_id?: string | null;
          report_id?: string | null;
          status?: Database['public']['Enums']['outbox_status'];
          subscription_id?: string | null;
          tried_at?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'outbox_messages_endpoint_id_fkey';
            columns: ['endpoint_id'];
            isOneToOne: false;
            referencedRelation: 'webhook_endpoints';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'outbox_messages_event_id_fkey';
            columns: ['event_id'];
            isOneToOne: false;
            referencedRelation: 'report_events';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'outbox_messages_join_request_id_fkey';
            columns: ['join_request_id'];
            isOneToOne: false;
            referencedRelation: 'join_requests';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'outbox_messages_person_id_fkey';
            columns: ['person_id'];
            isOneToOne: false;
            referencedRelation: 'people';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'outbox_messages_report_id_fkey';
            columns: ['report_id'];
            isOneToOne: false;
            referencedRelation: 'reports';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'outbox_messages_subscription_id_fkey';
            columns: ['subscription_id'];
            isOneToOne: false;
            referencedRelation: 'push_subscriptions';
            referencedColumns: ['id'];
          },
        ];
      };
      pauses: {
        Row: {
          block_id: string;
          ends_at: string;
          id: string;
          lifted_at: string | null;
          membership_id: string | null;
          reason: string;
          started_at: string;
          thing_id: string | null;
          thing_kind: Database['public']['Enums']['thing_kind'] | null;
        };
        ComputedFields: never;
        Insert: {
          block_id: string;
          ends_at: string;
          id?: string;
          lifted_at?: string | null;
          membership_id?: string | null;
          reason: string;
          started_at?: string;
          thing_id?: string | null;
          thing_kind?: Database['public']['Enums']['thing_kind'] | null;
        };
        Update: {
          block_id?: string;
          ends_at?: string;
          id?: string;
          lifted_at?: string | null;
          membership_id?: string | null;
          reason?: string;
          started_at?: string;
          thing_id?: string | null;
          thing_kind?: Database['public']['Enums']['thing_kind'] | null;
        };
        Relationships: [
          {
            foreignKeyName: 'pauses_block_id_fkey';
            columns: ['block_id'];
            isOneToOne: false;
            referencedRelation: 'blocks';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'pauses_membership_id_fkey';
            columns: ['membership_id'];
            isOneToOne: false;
            referencedRelation: 'memberships';
            referencedColumns: ['id'];
          },
        ];
      };
      people: {
        Row: {
          created_at: string;
          display_name: string;
          id: string;
          locale: Database['public']['Enums']['locale'];
          named_at: string;
          staff_gate: Database['public']['Enums']['staff_gate'] | null;
        };
        ComputedFields: 'staff_gate';
        Insert: {
          created_at?: string;
          display_name: string;
          id: string;
          locale?: Database['public']['Enums']['locale'];
          named_at?: string;
        };
        Update: {
          created_at?: string;
          display_name?: string;
          id?: string;
          locale?: Database['public']['Enums']['locale'];
          named_at?: string;
        };
        Relationships: [];
      };
      places: {
        Row: {
          block_id: string;
          id: string;
          kind: Database['public']['Enums']['place_kind'];
          name: string;
          parent_id: string | null;
          position: number;
        };
        ComputedFields: never;
        Insert: {
          block_id: string;
          id?: string;
          kind: Database['public']['Enums']['place_kind'];
          name: string;
          parent_id?: string | null;
          position?: number;
        };
        Update: {
          block_id?: string;
          id?: string;
          kind?: Database['public']['Enums']['place_kind'];
          name?: string;
          parent_id?: string | null;
          position?: number;
        };
        Relationships: [
          {
            foreignKeyName: 'places_block_id_fkey';
            columns: ['block_id'];
            isOneToOne: false;
            referencedRelation: 'blocks';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'places_parent_id_block_id_fkey';
            columns: ['parent_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'places';
            referencedColumns: ['id', 'block_id'];
          },
        ];
      };
      poll_options: {
        Row: {
          block_id: string;
          body: string | null;
          cost_nok: number | null;
          id: string;
          poll_id: string;
          position: number;
          proposal_id: string | null;
          stance: Database['public']['Enums']['poll_stance'] | null;
          title: string;
        };
        ComputedFields: never;
        Insert: {
          block_id: string;
          body?: string | null;
          cost_nok?: number | null;
          id?: string;
          poll_id: string;
          position: number;
          proposal_id?: string | null;
          stance?: Database['public']['Enums']['poll_stance'] | null;
          title: string;
        };
        Update: {
          block_id?: string;
          body?: string | null;
          cost_nok?: number | null;
          id?: string;
          poll_id?: string;
          position?: number;
          proposal_id?: string | null;
          stance?: Database['public']['Enums']['poll_stance'] | null;
          title?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'poll_options_poll_id_block_id_fkey';
            columns: ['poll_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'polls';
            referencedColumns: ['id', 'block_id'];
          },
          {
            foreignKeyName: 'poll_options_proposal_id_block_id_fkey';
            columns: ['proposal_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'proposals';
            referencedColumns: ['id', 'block_id'];
          },
        ];
      };
      poll_phases: {
        Row: {
          block_id: string;
          ends_on: string;
          owner: Database['public']['Enums']['phase_owner'];
          phase: Database['public']['Enums']['poll_phase'];
          poll_id: string;
        };
        ComputedFields: never;
        Insert: {
          block_id: string;
          ends_on: string;
          owner: Database['public']['Enums']['phase_owner'];
          phase: Database['public']['Enums']['poll_phase'];
          poll_id: string;
        };
        Update: {
          block_id?: string;
          ends_on?: string;
          owner?: Database['public']['Enums']['phase_owner'];
          phase?: Database['public']['Enums']['poll_phase'];
          poll_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'poll_phases_poll_id_block_id_fkey';
            columns: ['poll_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'polls';
            referencedColumns: ['id', 'block_id'];
          },
        ];
      };
      poll_question_authors: {
        Row: {
          person_id: string;
          question_id: string;
        };
        ComputedFields: never;
        Insert: {
          person_id: string;
          question_id: string;
        };
        Update: {
          person_id?: string;
          question_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'poll_question_authors_person_id_fkey';
            columns: ['person_id'];
            isOneToOne: false;
            referencedRelation: 'people';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'poll_question_authors_question_id_fkey';
            columns: ['question_id'];
            isOneToOne: true;
            referencedRelation: 'poll_questions';
            referencedColumns: ['id'];
          },
        ];
      };
      poll_questions: {
        Row: {
          answer: string | null;
          answered_at: string | null;
          block_id: string;
          body: string;
          created_at: string;
          hidden_at: string | null;
          hidden_by: Database['public']['Enums']['hidden_by'] | null;
          hidden_reason: string | null;
          id: string;
          poll_id: string;
        };
        ComputedFields: never;
        Insert: {
          answer?: string | null;
          answered_at?: string | null;
          block_id: string;
          body: string;
          created_at?: string;
          hidden_at?: string | null;
          hidden_by?: Database['public']['Enums']['hidden_by'] | null;
          hidden_reason?: string | null;
          id: string;
          poll_id: string;
        };
        Update: {
          answer?: string | null;
          answered_at?: string | null;
          block_id?: string;
          body?: string;
          created_at?: string;
          hidden_at?: string | null;
          hidden_by?: Database['public']['Enums']['hidden_by'] | null;
          hidden_reason?: string | null;
          id?: string;
          poll_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'poll_questions_poll_id_block_id_fkey';
            columns: ['poll_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'polls';
            referencedColumns: ['id', 'block_id'];
          },
        ];
      };
      polls: {
        Row: {
          afterwards: string;
          block_id: string;
          body: string | null;
          budget_nok: number | null;
          closed_at: string | null;
          closes_at: string;
          counted_at: string | null;
          created_at: string;
          decides: string;
          entitled: number | null;
          extended_at: string | null;
          extension_reason: string | null;
          first_closes_at: string | null;
          id: string;
          is_list_published: boolean;
          kind: Database['public']['Enums']['poll_kind'];
          max_choices: number | null;
          min_age: number | null;
          opened_at: string | null;
          rule: Database['public']['Enums']['poll_rule'];
          status: Database['public']['Enums']['poll_status'];
          stop_reason: string | null;
          stopped_at: string | null;
          title: string;
          winner_count: number | null;
        };
        ComputedFields: never;
        Insert: {
          afterwards: string;
          block_id: string;
          body?: string | null;
          budget_nok?: number | null;
          closed_at?: string | null;
          closes_at: string;
          counted_at?: string | null;
          created_at?: string;
          decides: string;
          entitled?: number | null;
          extended_at?: string | null;
          extension_reason?: string | null;
          first_closes_at?: string | null;
          id: string;
          is_list_published?: boolean;
          kind?: Database['public']['Enums']['poll_kind'];
          max_choices?: number | null;
          min_age?: number | null;
          opened_at?: string | null;
          rule: Database['public']['Enums']['poll_rule'];
          status?: Database['public']['Enums']['poll_status'];
          stop_reason?: string | null;
          stopped_at?: string | null;
          title: string;
          winner_count?: number | null;
        };
        Update: {
          afterwards?: string;
          block_id?: string;
          body?: string | null;
          budget_nok?: number | null;
          closed_at?: string | null;
          closes_at?: string;
          counted_at?: string | null;
          created_at?: string;
          decides?: string;
          entitled?: number | null;
          extended_at?: string | null;
          extension_reason?: string | null;
          first_closes_at?: string | null;
          id?: string;
          is_list_published?: boolean;
          kind?: Database['public']['Enums']['poll_kind'];
          max_choices?: number | null;
          min_age?: number | null;
          opened_at?: string | null;
          rule?: Database['public']['Enums']['poll_rule'];
          status?: Database['public']['Enums']['poll_status'];
          stop_reason?: string | null;
          stopped_at?: string | null;
          title?: string;
          winner_count?: number | null;
        };
        Relationships: [
          {
            foreignKeyName: 'polls_block_id_fkey';
            columns: ['block_id'];
            isOneToOne: false;
            referencedRelation: 'blocks';
            referencedColumns: ['id'];
          },
        ];
      };
      proposal_authors: {
        Row: {
          person_id: string;
          proposal_id: string;
        };
        ComputedFields: never;
        Insert: {
          person_id: string;
          proposal_id: string;
        };
        Update: {
          person_id?: string;
          proposal_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'proposal_authors_person_id_fkey';
            columns: ['person_id'];
            isOneToOne: false;
            referencedRelation: 'people';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'proposal_authors_proposal_id_fkey';
            columns: ['proposal_id'];
            isOneToOne: true;
            referencedRelation: 'proposals';
            referencedColumns: ['id'];
          },
        ];
      };
      proposal_comment_authors: {
        Row: {
          comment_id: string;
          person_id: string;
        };
        ComputedFields: never;
        Insert: {
          comment_id: string;
          person_id: string;
        };
        Update: {
          comment_id?: string;
          person_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'proposal_comment_authors_comment_id_fkey';
            columns: ['comment_id'];
            isOneToOne: true;
            referencedRelation: 'proposal_comments';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'proposal_comment_authors_person_id_fkey';
            columns: ['person_id'];
            isOneToOne: false;
            referencedRelation: 'people';
            referencedColumns: ['id'];
          },
        ];
      };
      proposal_comments: {
        Row: {
          alias: string | null;
          block_id: string;
          body: string;
          created_at: string;
          hidden_at: string | null;
          hidden_by: Database['public']['Enums']['hidden_by'] | null;
          hidden_reason: string | null;
          id: string;
          proposal_id: string;
        };
        ComputedFields: never;
        Insert: {
          alias?: string | null;
          block_id: string;
          body: string;
          created_at?: string;
          hidden_at?: string | null;
          hidden_by?: Database['public']['Enums']['hidden_by'] | null;
          hidden_reason?: string | null;
          id: string;
          proposal_id: string;
        };
        Update: {
          alias?: string | null;
          block_id?: string;
          body?: string;
          created_at?: string;
          hidden_at?: string | null;
          hidden_by?: Database['public']['Enums']['hidden_by'] | null;
          hidden_reason?: string | null;
          id?: string;
          proposal_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'proposal_comments_proposal_id_block_id_fkey';
            columns: ['proposal_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'proposals';
            referencedColumns: ['id', 'block_id'];
          },
        ];
      };
      proposal_messages: {
        Row: {
          block_id: string;
          body: string;
          created_at: string;
          id: string;
          is_from_staff: boolean;
          proposal_id: string;
        };
        ComputedFields: never;
        Insert: {
          block_id: string;
          body: string;
          created_at?: string;
          id: string;
          is_from_staff: boolean;
          proposal_id: string;
        };
        Update: {
          block_id?: string;
          body?: string;
          created_at?: string;
          id?: string;
          is_from_staff?: boolean;
          proposal_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'proposal_messages_proposal_id_block_id_fkey';
            columns: ['proposal_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'proposals';
            referencedColumns: ['id', 'block_id'];
          },
        ];
      };
      proposal_photos: {
        Row: {
          alternative_text: string;
          path: string;
          proposal_id: string;
        };
        ComputedFields: never;
        Insert: {
          alternative_text: string;
          path: string;
          proposal_id: string;
        };
        Update: {
          alternative_text?: string;
          path?: string;
          proposal_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'proposal_photos_proposal_id_fkey';
            columns: ['proposal_id'];
            isOneToOne: true;
            referencedRelation: 'proposals';
            referencedColumns: ['id'];
          },
        ];
      };
      proposal_supporters: {
        Row: {
          person_id: string;
          proposal_id: string;
        };
        ComputedFields: never;
        Insert: {
          person_id: string;
          proposal_id: string;
        };
        Update: {
          person_id?: string;
          proposal_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'proposal_supporters_person_id_fkey';
            columns: ['person_id'];
            isOneToOne: false;
            referencedRelation: 'people';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'proposal_supporters_proposal_id_fkey';
            columns: ['proposal_id'];
            isOneToOne: false;
            referencedRelation: 'proposals';
            referencedColumns: ['id'];
          },
        ];
      };
      proposals: {
        Row: {
          alias: string | null;
          answer: string | null;
          block_id: string;
          body: string;
          check_reason: string | null;
          checked_at: string | null;
          checked_by_role: Database['public']['Enums']['member_role'] | null;
          cost_nok: number | null;
          created_at: string;
          decided_at: string | null;
          hidden_at: string | null;
          hidden_by: Database['public']['Enums']['hidden_by'] | null;
          hidden_reason: string | null;
          id: string;
          is_possible: boolean | null;
          kind: Database['public']['Enums']['proposal_kind'];
          merged_at: string | null;
          merged_into: string | null;
          place_id: string | null;
          place_kind: Database['public']['Enums']['place_kind'] | null;
          rough_cost_nok: number | null;
          status: Database['public']['Enums']['proposal_status'];
          support_count: number;
          title: string;
        };
        ComputedFields: never;
        Insert: {
          alias?: string | null;
          answer?: string | null;
          block_id: string;
          body: string;
          check_reason?: string | null;
          checked_at?: string | null;
          checked_by_role?: Database['public']['Enums']['member_role'] | null;
          cost_nok?: number | null;
          created_at?: string;
          decided_at?: string | null;
          hidden_at?: string | null;
          hidden_by?: Database['public']['Enums']['hidden_by'] | null;
          hidden_reason?: string | null;
          id: string;
          is_possible?: boolean | null;
          kind: Database['public']['Enums']['proposal_kind'];
          merged_at?: string | null;
          merged_into?: string | null;
          place_id?: string | null;
          place_kind?: Database['public']['Enums']['place_kind'] | null;
          rough_cost_nok?: number | null;
          status?: Database['public']['Enums']['proposal_status'];
          support_count?: number;
          title: string;
        };
        Update: {
          alias?: string | null;
          answer?: string | null;
          block_id?: string;
          body?: string;
          check_reason?: string | null;
          checked_at?: string | null;
          checked_by_role?: Database['public']['Enums']['member_role'] | null;
          cost_nok?: number | null;
          created_at?: string;
          decided_at?: string | null;
          hidden_at?: string | null;
          hidden_by?: Database['public']['Enums']['hidden_by'] | null;
          hidden_reason?: string | null;
          id?: string;
          is_possible?: boolean | null;
          kind?: Database['public']['Enums']['proposal_kind'];
          merged_at?: string | null;
          merged_into?: string | null;
          place_id?: string | null;
          place_kind?: Database['public']['Enums']['place_kind'] | null;
          rough_cost_nok?: number | null;
          status?: Database['public']['Enums']['proposal_status'];
          support_count?: number;
          title?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'proposals_block_id_fkey';
            columns: ['block_id'];
            isOneToOne: false;
            referencedRelation: 'blocks';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'proposals_merged_into_block_id_fkey';
            columns: ['merged_into', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'proposals';
            referencedColumns: ['id', 'block_id'];
          },
          {
            foreignKeyName: 'proposals_place_id_block_id_place_kind_fkey';
            columns: ['place_id', 'block_id', 'place_kind'];
            isOneToOne: false;
            referencedRelation: 'places';
            referencedColumns: ['id', 'block_id', 'kind'];
          },
        ];
      };
      push_subscriptions: {
        Row: {
          auth_key: string;
          created_at: string;
          endpoint: string;
          id: string;
          person_id: string;
          public_key: string;
          session_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          auth_key: string;
          created_at?: string;
          endpoint: string;
          id?: string;
          person_id: string;
          public_key: string;
          session_id?: string | null;
        };
        Update: {
          auth_key?: string;
          created_at?: string;
          endpoint?: string;
          id?: string;
          person_id?: string;
          public_key?: string;
          session_id?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'push_subscriptions_person_id_fkey';
            columns: ['person_id'];
            isOneToOne: false;
            referencedRelation: 'people';
            referencedColumns: ['id'];
          },
        ];
      };
      report_assignees: {
        Row: {
          id: string;
          is_active: boolean;
          kind: Database['public']['Enums']['report_assignee_kind'];
          name: string;
          person_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          id: string;
          is_active?: boolean;
          kind: Database['public']['Enums']['report_assignee_kind'];
          name: string;
          person_id?: string | null;
        };
        Update: {
          id?: string;
          is_active?: boolean;
          kind?: Database['public']['Enums']['report_assignee_kind'];
          name?: string;
          person_id?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'report_assignees_person_id_fkey';
            columns: ['person_id'];
            isOneToOne: false;
            referencedRelation: 'people';
            referencedColumns: ['id'];
          },
        ];
      };
      report_assignments: {
        Row: {
          assigned_at: string | null;
          assignee_id: string | null;
          block_id: string;
          is_open: boolean;
          number: number;
          report_id: string;
          reported_at: string;
        };
        ComputedFields: never;
        Insert: {
          assigned_at?: string | null;
          assignee_id?: string | null;
          block_id: string;
          is_open: boolean;
          number: number;
          report_id: string;
          reported_at: string;
        };
        Update: {
          assigned_at?: string | null;
          assignee_id?: string | null;
          block_id?: string;
          is_open?: boolean;
          number?: number;
          report_id?: string;
          reported_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'report_assignments_assignee_id_fkey';
            columns: ['assignee_id'];
            isOneToOne: false;
            referencedRelation: 'report_assignees';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'report_assignments_report_id_block_id_fkey';
            columns: ['report_id', 'block_id'];
            isOneToOne: true;
            referencedRelation: 'reports';
            referencedColumns: ['id', 'block_id'];
          },
        ];
      };
      report_deadlines: {
        Row: {
          days: number;
          is_urgent: boolean;
          is_working_days: boolean;
          thing: Database['public']['Enums']['report_thing'];
        };
        ComputedFields: never;
        Insert: {
          days: number;
          is_urgent: boolean;
          is_working_days?: boolean;
          thing: Database['public']['Enums']['report_thing'];
        };
        Update: {
          days?: number;
          is_urgent?: boolean;
          is_working_days?: boolean;
          thing?: Database['public']['Enums']['report_thing'];
        };
        Relationships: [];
      };
      report_details: {
        Row: {
          access: Database['public']['Enums']['report_access'] | null;
          appealed_at: string | null;
          asked_at: string | null;
          block_id: string;
          contact: string | null;
          description: string;
          forgotten_at: string | null;
          report_id: string;
          reporter_id: string | null;
        };
        ComputedFields: never;
        Insert: {
          access?: Database['public']['Enums']['report_access'] | null;
          appealed_at?: string | null;
          asked_at?: string | null;
          block_id: string;
          contact?: string | null;
          description: string;
          forgotten_at?: string | null;
          report_id: string;
          reporter_id?: string | null;
        };
        Update: {
          access?: Database['public']['Enums']['report_access'] | null;
          appealed_at?: string | null;
          asked_at?: string | null;
          block_id?: string;
          contact?: string | null;
          description?: string;
          forgotten_at?: string | null;
          report_id?: string;
          reporter_id?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'report_details_report_id_block_id_fkey';
            columns: ['report_id', 'block_id'];
            isOneToOne: true;
            referencedRelation: 'reports';
            referencedColumns: ['id', 'block_id'];
          },
          {
            foreignKeyName: 'report_details_reporter_id_fkey';
            columns: ['reporter_id'];
            isOneToOne: false;
            referencedRelation: 'people';
            referencedColumns: ['id'];
          },
        ];
      };
      report_drafts: {
        Row: {
          access: Database['public']['Enums']['report_access'] | null;
          are_photos_shared: boolean;
          block_id: string;
          contact: string | null;
          description: string;
          id: string;
          person_id: string;
          photos: string;
          saved_at: string;
        };
        ComputedFields: never;
        Insert: {
          access?: Database['public']['Enums']['report_access'] | null;
          are_photos_shared?: boolean;
          block_id: string;
          contact?: string | null;
          description?: string;
          id: string;
          person_id?: string;
          photos?: string;
          saved_at?: string;
        };
        Update: {
          access?: Database['public']['Enums']['report_access'] | null;
          are_photos_shared?: boolean;
          block_id?: string;
          contact?: string | null;
          description?: string;
          id?: string;
          person_id?: string;
          photos?: string;
          saved_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'report_drafts_block_id_fkey';
            columns: ['block_id'];
            isOneToOne: false;
            referencedRelation: 'blocks';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'report_drafts_person_id_fkey';
            columns: ['person_id'];
            isOneToOne: false;
            referencedRelation: 'people';
            referencedColumns: ['id'];
          },
        ];
      };
      report_event_actors: {
        Row: {
          block_id: string;
          event_id: number;
          person_id: string;
        };
        ComputedFields: never;
        Insert: {
          block_id: string;
          event_id: number;
          person_id: string;
        };
        Update: {
          block_id?: string;
          event_id?: number;
          person_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'report_event_actors_block_id_fkey';
            columns: ['block_id'];
            isOneToOne: false;
            referencedRelation: 'blocks';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'report_event_actors_event_id_fkey';
            columns: ['event_id'];
            isOneToOne: true;
            referencedRelation: 'report_events';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'report_event_actors_person_id_fkey';
            columns: ['person_id'];
            isOneToOne: false;
            referencedRelation: 'people';
            referencedColumns: ['id'];
          },
        ];
      };
      report_events: {
        Row: {
          actor_role: Database['public']['Enums']['report_actor'];
          block_id: string;
          created_at: string;
          from_status: Database['public']['Enums']['report_status'] | null;
          id: number;
          kind: Database['public']['Enums']['report_event_kind'];
          report_id: string;
          to_status: Database['public']['Enums']['report_status'] | null;
          waiting_for: Database['public']['Enums']['report_wait'] | null;
        };
        ComputedFields: never;
        Insert: {
          actor_role: Database['public']['Enums']['report_actor'];
          block_id: string;
          created_at?: string;
          from_status?: Database['public']['Enums']['report_status'] | null;
          id?: never;
          kind?: Database['public']['Enums']['report_event_kind'];
          report_id: string;
          to_status?: Database['public']['Enums']['report_status'] | null;
          waiting_for?: Database['public']['Enums']['report_wait'] | null;
        };
        Update: {
          actor_role?: Database['public']['Enums']['report_actor'];
          block_id?: string;
          created_at?: string;
          from_status?: Database['public']['Enums']['report_status'] | null;
          id?: never;
          kind?: Database['public']['Enums']['report_event_kind'];
          report_id?: string;
          to_status?: Database['public']['Enums']['report_status'] | null;
          waiting_for?: Database['public']['Enums']['report_wait'] | null;
        };
        Relationships: [
          {
            foreignKeyName: 'report_events_report_id_block_id_fkey';
            columns: ['report_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'reports';
            referencedColumns: ['id', 'block_id'];
          },
        ];
      };
      report_followers: {
        Row: {
          created_at: string;
          merged_from: string | null;
          person_id: string;
          report_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          merged_from?: string | null;
          person_id: string;
          report_id: string;
        };
        Update: {
          created_at?: string;
          merged_from?: string | null;
          person_id?: string;
          report_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'report_followers_person_id_fkey';
            columns: ['person_id'];
            isOneToOne: false;
            referencedRelation: 'people';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'report_followers_report_id_fkey';
            columns: ['report_id'];
            isOneToOne: false;
            referencedRelation: 'reports';
            referencedColumns: ['id'];
          },
        ];
      };
      report_messages: {
        Row: {
          audience: Database['public']['Enums']['message_audience'];
          author_role: Database['public']['Enums']['report_actor'];
          block_id: string;
          body: string;
          created_at: string;
          event_id: number | null;
          id: string;
          report_id: string;
        };
        ComputedFields: never;
        Insert: {
          audience: Database['public']['Enums']['message_audience'];
          author_role: Database['public']['Enums']['report_actor'];
          block_id: string;
          body: string;
          created_at?: string;
          event_id?: number | null;
          id: string;
          report_id: string;
        };
        Update: {
          audience?: Database['public']['Enums']['message_audience'];
          author_role?: Database['public']['Enums']['report_actor'];
          block_id?: string;
          body?: string;
          created_at?: string;
          event_id?: number | null;
          id?: string;
          report_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'report_messages_event_id_report_id_fkey';
            columns: ['event_id', 'report_id'];
            isOneToOne: false;
            referencedRelation: 'report_events';
            referencedColumns: ['id', 'report_id'];
          },
          {
            foreignKeyName: 'report_messages_report_id_block_id_fkey';
            columns: ['report_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'reports';
            referencedColumns: ['id', 'block_id'];
          },
        ];
      };
      report_objections: {
        Row: {
          created_at: string;
          flat_id: string | null;
          person_id: string;
          report_id: string;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          flat_id?: string | null;
          person_id: string;
          report_id: string;
        };
        Update: {
          created_at?: string;
          flat_id?: string | null;
          person_id?: string;
          report_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'report_objections_flat_id_fkey';
            columns: ['flat_id'];
            isOneToOne: false;
            referencedRelation: 'places';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'report_objections_person_id_fkey';
            columns: ['person_id'];
            isOneToOne: false;
            referencedRelation: 'people';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'report_objections_report_id_fkey';
            columns: ['report_id'];
            isOneToOne: false;
            referencedRelation: 'reports';
            referencedColumns: ['id'];
          },
        ];
      };
      report_photos: {
        Row: {
          block_id: string;
          height: number;
          path: string;
          position: number;
          report_id: string;
          width: number;
        };
        ComputedFields: never;
        Insert: {
          block_id: string;
          height?: never;
          path: string;
          position: number;
          report_id: string;
          width?: never;
        };
        Update: {
          block_id?: string;
          height?: never;
          path?: string;
          position?: number;
          report_id?: string;
          width?: never;
        };
        Relationships: [
          {
            foreignKeyName: 'report_photos_report_id_block_id_fkey';
            columns: ['report_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'reports';
            referencedColumns: ['id', 'block_id'];
          },
        ];
      };
      report_question_times: {
        Row: {
          ends_at: string;
          position: number;
          question_id: string;
          starts_at: string;
        };
        ComputedFields: never;
        Insert: {
          ends_at: string;
          position: number;
          question_id: string;
          starts_at: string;
        };
        Update: {
          ends_at?: string;
          position?: number;
          question_id?: string;
          starts_at?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'report_question_times_question_id_fkey';
            columns: ['question_id'];
            isOneToOne: false;
            referencedRelation: 'report_questions';
            referencedColumns: ['id'];
          },
        ];
      };
      report_questions: {
        Row: {
          answer: string | null;
          answered_at: string | null;
          answered_by: Database['public']['Enums']['report_actor'] | null;
          asked_at: string;
          author_role: Database['public']['Enums']['report_actor'];
          block_id: string;
          body: string;
          chosen_position: number | null;
          id: string;
          report_id: string;
          withdrawn_at: string | null;
        };
        ComputedFields: never;
        Insert: {
          answer?: string | null;
          answered_at?: string | null;
          answered_by?: Database['public']['Enums']['report_actor'] | null;
          asked_at?: string;
          author_role: Database['public']['Enums']['report_actor'];
          block_id: string;
          body: string;
          chosen_position?: number | null;
          id: string;
          report_id: string;
          withdrawn_at?: string | null;
        };
        Update: {
          answer?: string | null;
          answered_at?: string | null;
          answered_by?: Database['public']['Enums']['report_actor'] | null;
          asked_at?: string;
          author_role?: Database['public']['Enums']['report_actor'];
          block_id?: string;
          body?: string;
          chosen_position?: number | null;
          id?: string;
          report_id?: string;
          withdrawn_at?: string | null;
        };
        Relationships: [
          {
            foreignKeyName: 'chosen_time';
            columns: ['id', 'chosen_position'];
            isOneToOne: false;
            referencedRelation: 'report_question_times';
            referencedColumns: ['question_id', 'position'];
          },
          {
            foreignKeyName: 'report_questions_report_id_block_id_fkey';
            columns: ['report_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'reports';
            referencedColumns: ['id', 'block_id'];
          },
        ];
      };
      report_things: {
        Row: {
          place_kind: Database['public']['Enums']['place_kind'];
          position: number;
          thing: Database['public']['Enums']['report_thing'];
        };
        ComputedFields: never;
        Insert: {
          place_kind: Database['public']['Enums']['place_kind'];
          position: number;
          thing: Database['public']['Enums']['report_thing'];
        };
        Update: {
          place_kind?: Database['public']['Enums']['place_kind'];
          position?: number;
          thing?: Database['public']['Enums']['report_thing'];
        };
        Relationships: [];
      };
      report_transitions: {
        Row: {
          from_status: Database['public']['Enums']['report_status'];
          is_reason_required: boolean;
          role: Database['public']['Enums']['report_actor'];
          to_status: Database['public']['Enums']['report_status'];
        };
        ComputedFields: never;
        Insert: {
          from_status: Database['public']['Enums']['report_status'];
          is_reason_required?: boolean;
          role: Database['public']['Enums']['report_actor'];
          to_status: Database['public']['Enums']['report_status'];
        };
        Update: {
          from_status?: Database['public']['Enums']['report_status'];
          is_reason_required?: boolean;
          role?: Database['public']['Enums']['report_actor'];
          to_status?: Database['public']['Enums']['report_status'];
        };
        Relationships: [];
      };
      report_updates: {
        Row: {
          api_key_id: string;
          created_at: string;
          event_id: number | null;
          reference: string;
          report_id: string;
        };
        ComputedFields: never;
        Insert: {
          api_key_id: string;
          created_at?: string;
          event_id?: number | null;
          reference: string;
          report_id: string;
        };
        Update: {
          api_key_id?: string;
          created_at?: string;
          event_id?: number | null;
          reference?: string;
          report_id?: string;
        };
        Relationships: [
          {
            foreignKeyName: 'report_updates_api_key_id_fkey';
            columns: ['api_key_id'];
            isOneToOne: false;
            referencedRelation: 'api_keys';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'report_updates_event_id_fkey';
            columns: ['event_id'];
            isOneToOne: false;
            referencedRelation: 'report_events';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'report_updates_report_id_fkey';
            columns: ['report_id'];
            isOneToOne: false;
            referencedRelation: 'reports';
            referencedColumns: ['id'];
          },
        ];
      };
      reports: {
        Row: {
          affected_count: number;
          are_photos_shared: boolean;
          block_id: string;
          chase_count: number;
          chased_at: string | null;
          created_at: string;
          expected_by: string | null;
          id: string;
          is_common: boolean;
          is_open: boolean;
          is_urgent: boolean;
          merged_into: string | null;
          number: number;
          place_id: string;
          place_kind: Database['public']['Enums']['place_kind'];
          status: Database['public']['Enums']['report_status'];
          status_changed_at: string;
          thing: Database['public']['Enums']['report_thing'];
          told_late_at: string | null;
          waiting_for: Database['public']['Enums']['report_wait'] | null;
        };
        ComputedFields: never;
        Insert: {
          affected_count?: number;
          are_photos_shared?: boolean;
          block_id: string;
          chase_count?: number;
          chased_at?: string | null;
          created_at?: string;
          expected_by?: string | null;
          id: string;
          is_common?: never;
          is_open?: never;
          is_urgent?: boolean;
          merged_into?: string | null;
          number?: never;
          place_id: string;
          place_kind: Database['public']['Enums']['place_kind'];
          status?: Database['public']['Enums']['report_status'];
          status_changed_at?: string;
          thing: Database['public']['Enums']['report_thing'];
          told_late_at?: string | null;
          waiting_for?: Database['public']['Enums']['report_wait'] | null;
        };
        Update: {
          affected_count?: number;
          are_photos_shared?: boolean;
          block_id?: string;
          chase_count?: number;
          chased_at?: string | null;
          created_at?: string;
          expected_by?: string | null;
          id?: string;
          is_common?: never;
          is_open?: never;
          is_urgent?: boolean;
          merged_into?: string | null;
          number?: never;
          place_id?: string;
          place_kind?: Database['public']['Enums']['place_kind'];
          status?: Database['public']['Enums']['report_status'];
          status_changed_at?: string;
          thing?: Database['public']['Enums']['report_thing'];
          told_late_at?: string | null;
          waiting_for?: Database['public']['Enums']['report_wait'] | null;
        };
        Relationships: [
          {
            foreignKeyName: 'reports_block_id_fkey';
            columns: ['block_id'];
            isOneToOne: false;
            referencedRelation: 'blocks';
            referencedColumns: ['id'];
          },
          {
            foreignKeyName: 'reports_merged_into_block_id_fkey';
            columns: ['merged_into', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'reports';
            referencedColumns: ['id', 'block_id'];
          },
          {
            foreignKeyName: 'reports_place_id_block_id_place_kind_fkey';
            columns: ['place_id', 'block_id', 'place_kind'];
            isOneToOne: false;
            referencedRelation: 'places';
            referencedColumns: ['id', 'block_id', 'kind'];
          },
          {
            foreignKeyName: 'reports_thing_place_kind_fkey';
            columns: ['thing', 'place_kind'];
            isOneToOne: false;
            referencedRelation: 'report_things';
            referencedColumns: ['thing', 'place_kind'];
          },
        ];
      };
      responsibilities: {
        Row: {
          advice: string | null;
          is_common: boolean;
          party: Database['public']['Enums']['responsible_party'];
          thing: Database['public']['Enums']['report_thing'];
        };
        ComputedFields: never;
        Insert: {
          advice?: string | null;
          is_common: boolean;
          party: Database['public']['Enums']['responsible_party'];
          thing: Database['public']['Enums']['report_thing'];
        };
        Update: {
          advice?: string | null;
          is_common?: boolean;
          party?: Database['public']['Enums']['responsible_party'];
          thing?: Database['public']['Enums']['report_thing'];
        };
        Relationships: [];
      };
      responsibility_translations: {
        Row: {
          advice: string;
          is_common: boolean;
          language: string;
          thing: Database['public']['Enums']['report_thing'];
        };
        ComputedFields: never;
        Insert: {
          advice: string;
          is_common: boolean;
          language: string;
          thing: Database['public']['Enums']['report_thing'];
        };
        Update: {
          advice?: string;
          is_common?: boolean;
          language?: string;
          thing?: Database['public']['Enums']['report_thing'];
        };
        Relationships: [
          {
            foreignKeyName: 'responsibility_translations_is_common_thing_fkey';
            columns: ['is_common', 'thing'];
            isOneToOne: false;
            referencedRelation: 'responsibilities';
            referencedColumns: ['is_common', 'thing'];
          },
        ];
      };
      signup_events: {
        Row: {
          activity_id: string;
          actor: Database['public']['Enums']['signup_actor'];
          block_id: string;
          created_at: string;
          id: number;
          reason: Database['public']['Enums']['signup_reason'];
          signup_id: string;
          status: Database['public']['Enums']['signup_status'];
        };
        ComputedFields: never;
        Insert: {
          activity_id: string;
          actor: Database['public']['Enums']['signup_actor'];
          block_id: string;
          created_at?: string;
          id?: never;
          reason: Database['public']['Enums']['signup_reason'];
          signup_id: string;
          status: Database['public']['Enums']['signup_status'];
        };
        Update: {
          activity_id?: string;
          actor?: Database['public']['Enums']['signup_actor'];
          block_id?: string;
          created_at?: string;
          id?: never;
          reason?: Database['public']['Enums']['signup_reason'];
          signup_id?: string;
          status?: Database['public']['Enums']['signup_status'];
        };
        Relationships: [
          {
            foreignKeyName: 'signup_events_signup_id_activity_id_block_id_fkey';
            columns: ['signup_id', 'activity_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'signups';
            referencedColumns: ['id', 'activity_id', 'block_id'];
          },
        ];
      };
      signups: {
        Row: {
          activity_id: string;
          block_id: string;
          created_at: string;
          ended_at: string | null;
          first_name: string | null;
          forgotten_at: string | null;
          id: string;
          offer_expires_at: string | null;
          party_size: number;
          person_id: string | null;
          queue_number: number;
          signed_up_at: string | null;
          status: Database['public']['Enums']['signup_status'];
          place_in_line: number | null;
        };
        ComputedFields: 'place_in_line';
        Insert: {
          activity_id: string;
          block_id: string;
          created_at?: string;
          ended_at?: string | null;
          first_name?: string | null;
          forgotten_at?: string | null;
          id?: string;
          offer_expires_at?: string | null;
          party_size?: number;
          person_id?: string | null;
          queue_number?: never;
          signed_up_at?: string | null;
          status?: Database['public']['Enums']['signup_status'];
        };
        Update: {
          activity_id?: string;
          block_id?: string;
          created_at?: string;
          ended_at?: string | null;
          first_name?: string | null;
          forgotten_at?: string | null;
          id?: string;
          offer_expires_at?: string | null;
          party_size?: number;
          person_id?: string | null;
          queue_number?: never;
          signed_up_at?: string | null;
          status?: Database['public']['Enums']['signup_status'];
        };
        Relationships: [
          {
            foreignKeyName: 'signups_activity_id_block_id_fkey';
            columns: ['activity_id', 'block_id'];
            isOneToOne: false;
            referencedRelation: 'activities';
            referencedColumns: ['id', 'block_id'];
          },
          {
            foreignKeyName: 'signups_person_id_fkey';
            columns: ['person_id'];
            isOneToOne: false;
            referencedRelation: 'people';
            referencedColumns: ['id'];
          },
        ];
      };
      webhook_endpoints: {
        Row: {
          created_at: string;
          id: string;
          kinds: Database['public']['Enums']['outbox_kind'][];
          removed_at: string | null;
          renewed_at: string | null;
          url: string;
          version: number;
        };
        ComputedFields: never;
        Insert: {
          created_at?: string;
          id?: string;
          kinds: Database['public']['Enums']['outbox_kind'][];
          removed_at?: string | null;
          renewed_at?: string | null;
          url: string;
          version?: number;
        };
        Update: {
          created_at?: string;
          id?: string;
          kinds?: Database['public']['Enums']['outbox_kind'][];
          removed_at?: string | null;
          renewed_at?: string | null;
          url?: string;
          version?: number;
        };
        Relationships: [];
      };
    };
    Views: {
      things: {
        Row: {
          alias: string | null;
          block_id: string | null;
          body: string | null;
          hidden_at: string | null;
          hidden_by: Database['public']['Enums']['hidden_by'] | null;
          hidden_reason: string | null;
          id: string | null;
          kind: Database['public']['Enums']['thing_kind'] | null;
          page_id: string | null;
          page_title: string | null;
          title: string | null;
        };
        ComputedFields: never;
        Relationships: [];
      };
    };
    Functions: {
      accept_offer: {
        Args: { activity_id: string };
        Returns: Database['public']['Enums']['offer_outcome'] | null;
      };
      account_state: {
        Args: Record<PropertyKey, never>;
        Returns: Database['public']['Enums']['account_state'] | null;
      };
      act_on_notice: {
        Args: { act: Database['public']['Enums']['notice_act']; notice_id: string };
        Returns: Database['public']['Enums']['notice_outcome'] | null;
      };
      actor_name: {
        Args: {
          entry: Omit<
            Database['public']['Tables']['audit_entries']['Row'],
            Database['public']['Tables']['audit_entries']['ComputedFields']
          >;
        };
        Returns: string | null;
      };
      acts_about_me: {
        Args: Record<PropertyKey, never>;
        Returns: {
          act: Database['public']['Enums']['audit_act'];
          acted_at: string;
          actor_role: Database['public']['Enums']['member_role'];
          block_id: string;
          details: Json;
          event: Database['public']['Enums']['about_me_event'];
          reason: string;
          shape: Database['public']['Enums']['audit_shape'];
          subject: Database['public']['Enums']['audit_subject'];
          subject_id: string;
          usual_reason: Database['public']['Enums']['usual_reason'];
        }[];
      };
      add_block: {
        Args: {
          address: string;
          district: string;
          flats_per_floor: number;
          floors: number;
          name: string;
          owner_type: Database['public']['Enums']['owner_type'];
          slug: string;
          stairs: string[];
        };
        Returns: string | null;
      };
      add_follow_up_photo: {
        Args: {
          alternative_text: string;
          id: string;
          moment: Database['public']['Enums']['follow_up_moment'];
          path: string;
          poll_id: string;
        };
        Returns: Database['public']['Enums']['follow_up_photo_outcome'] | null;
      };
      add_milestone: {
        Args: { due_on?: string; id: string; poll_id: string; title: string };
        Returns: Database['public']['Enums']['milestone_outcome'] | null;
      };
      add_report_message: {
        Args: {
          audience?: Database['public']['Enums']['message_audience'];
          body: string;
          id: string;
          report_id: string;
        };
        Returns: Database['public']['Enums']['report_message_outcome'] | null;
      };
      answer_poll_question: {
        Args: { answer: string; answered_at?: string; question_id: string };
        Returns: Database['public']['Enums']['answer_poll_question_outcome'] | null;
      };
      answer_pulse: {
        Args: { answer: Database['public']['Enums']['pulse_answer']; block_id: string };
        Returns: Database['public']['Enums']['pulse_outcome'] | null;
      };
      answer_report_question: {
        Args: { answer?: string; chosen_position?: number; question_id: string };
        Returns: Database['public']['Enums']['report_question_outcome'] | null;
      };
      appeal: {
        Args: { body: string; id: string; kind: Database['public']['Enums']['thing_kind'] };
        Returns: Database['public']['Enums']['appeal_outcome'] | null;
      };
      ask_poll_question: {
        Args: { body: string; id: string; poll_id: string };
        Returns: Database['public']['Enums']['ask_poll_question_outcome'] | null;
      };
      ask_report_question: {
        Args: {
          body: string;
          ends_at?: string[];
          id: string;
          report_id: string;
          starts_at?: string[];
        };
        Returns: Database['public']['Enums']['report_question_outcome'] | null;
      };
      ask_to_join: {
        Args: {
          block_id: string;
          display_name: string;
          flat_text: string;
          id: string;
          locale?: Database['public']['Enums']['locale'];
        };
        Returns: Database['public']['Enums']['join_ask_outcome'] | null;
      };
      asks_password: { Args: Record<PropertyKey, never>; Returns: boolean | null };
      assign_reports: {
        Args: { assignee_id?: string; report_ids: string[] };
        Returns: {
          outcome: Database['public']['Enums']['assign_report_outcome'];
          report_id: string;
        }[];
      };
      attempt: { Args: { key: string; limit_name: string }; Returns: boolean | null };
      calendar_of: {
        Args: { secret: string };
        Returns: {
          activity_id: string;
          block_name: string;
          block_slug: string;
          body: string;
          ends_at: string;
          is_cancelled: boolean;
          note: string;
          place_name: string;
          sequence: number;
          session_id: string;
          starts_at: string;
          title: string;
          whereabouts: string;
        }[];
      };
      cancel_activity: {
        Args: { activity_id: string; reason: string };
        Returns: Database['public']['Enums']['activity_cancel_outcome'] | null;
      };
      cancel_following: {
        Args: { note?: string; session_id: string };
        Returns: Database['public']['Enums']['session_change_outcome'] | null;
      };
      cancel_session: {
        Args: { note?: string; session_id: string };
        Returns: Database['public']['Enums']['session_change_outcome'] | null;
      };
      cancel_signup: {
        Args: { activity_id: string };
        Returns: Database['public']['Enums']['signup_cancel_outcome'] | null;
      };
      cast_vote: {
        Args: { choices: string[]; poll_id: string; receipt: string };
        Returns: Database['public']['Enums']['vote_outcome'] | null;
      };
      change_activity: {
        Args: {
          activity: Json;
          activity_id: string;
          seen_version: number;
          series?: Json;
          sessions?: Json;
        };
        Returns: Database['public']['Enums']['activity_change_outcome'] | null;
      };
      change_milestone: {
        Args: { act: Database['public']['Enums']['milestone_act']; milestone_id: string };
        Returns: Database['public']['Enums']['milestone_outcome'] | null;
      };
      change_report_status: {
        Args: {
          reason?: string;
          report_id: string;
          to_status: Database['public']['Enums']['report_status'];
          waiting_for?: Database['public']['Enums']['report_wait'];
        };
        Returns: Database['public']['Enums']['report_status_outcome'] | null;
      };
      change_reports_status: {
        Args: {
          reason?: string;
          report_ids: string[];
          to_status: Database['public']['Enums']['report_status'];
          waiting_for?: Database['public']['Enums']['report_wait'];
        };
        Returns: {
          outcome: Database['public']['Enums']['report_status_outcome'];
          report_id: string;
        }[];
      };
      change_tenant: {
        Args: { flat_id: string };
        Returns: Database['public']['Enums']['tenant_outcome'] | null;
      };
      change_vote: {
        Args: { choices: string[]; poll_id: string; receipt: string };
        Returns: Database['public']['Enums']['change_outcome'] | null;
      };
      chase_report: {
        Args: { body?: string; report_id: string };
        Returns: Database['public']['Enums']['chase_report_outcome'] | null;
      };
      check_password: {
        Args: { word?: string };
        Returns: Database['public']['Enums']['password_check'] | null;
      };
      check_proposal: {
        Args: { cost_nok?: number; is_possible: boolean; proposal_id: string; reason?: string };
        Returns: Database['public']['Enums']['check_outcome'] | null;
      };
      check_receipt: {
        Args: { poll_id: string; receipt: string };
        Returns: {
          choices: string[];
          control_number: string;
          outcome: Database['public']['Enums']['receipt_outcome'];
        }[];
      };
      claim_messages: {
        Args: { channel: Database['public']['Enums']['outbox_channel']; max_count: number };
        Returns: {
          attempts: number;
          block_names: string[];
          id: string;
          kind: Database['public']['Enums']['outbox_kind'];
          kinds: Database['public']['Enums']['notification_kind'][];
          locale: Database['public']['Enums']['locale'];
          person_id: string;
          push_auth_key: string;
          push_public_key: string;
          recipient: string;
          report_number: number;
        }[];
      };
      claim_webhooks: {
        Args: { max_count: number };
        Returns: {
          attempts: number;
          endpoint_id: string;
          id: string;
          is_newly_renewed: boolean;
          payload: Json;
          url: string;
          version: number;
        }[];
      };
      comment_proposal: {
        Args: { alias?: string; body: string; id: string; proposal_id: string };
        Returns: Database['public']['Enums']['comment_outcome'] | null;
      };
      confirm_phone: {
        Args: { digits: string };
        Returns: Database['public']['Enums']['phone_outcome'] | null;
      };
      count_heads: { Args: { change: number; session_id: string }; Returns: number | null };
      count_notice_reads: { Args: { notice_ids: string[] }; Returns: undefined };
      count_paper_votes: {
        Args: { ballots: Json; poll_id: string };
        Returns: Database['public']['Enums']['count_outcome'] | null;
      };
      create_activity: {
        Args: { activity: Json; series?: Json; sessions: Json };
        Returns: undefined;
      };
      create_report: {
        Args: {
          access?: Database['public']['Enums']['report_access'];
          are_photos_shared?: boolean;
          block_id: string;
          contact?: string;
          description: string;
          id: string;
          is_urgent?: boolean;
          photo_paths?: string[];
          place_id: string;
          thing: Database['public']['Enums']['report_thing'];
        };
        Returns: {
          number: number;
          outcome: Database['public']['Enums']['create_report_outcome'];
        }[];
      };
      create_report_for: {
        Args: {
          access?: Database['public']['Enums']['report_access'];
          block_id: string;
          contact?: string;
          description: string;
          id: string;
          is_urgent?: boolean;
          photo_paths?: string[];
          place_id: string;
          thing: Database['public']['Enums']['report_thing'];
        };
        Returns: {
          number: number;
          outcome: Database['public']['Enums']['create_report_outcome'];
        }[];
      };
      decide_join_request: {
        Args: { flat_id?: string; reason?: string; request_id: string };
        Returns: Database['public']['Enums']['join_decide_outcome'] | null;
      };
      decide_proposal: {
        Args: {
          answer?: string;
          approve: boolean;
          kind?: Database['public']['Enums']['proposal_kind'];
          proposal_id: string;
        };
        Returns: Database['public']['Enums']['decide_outcome'] | null;
      };
      decline_activity: {
        Args: { activity_id: string; reason: string };
        Returns: Database['public']['Enums']['activity_decline_outcome'] | null;
      };
      delete_account: {
        Args: { word?: string };
        Returns: Database['public']['Enums']['delete_account_outcome'] | null;
      };
      desk_accounts: {
        Args: { block_id: string };
        Returns: {
          may_help: boolean;
          membership_id: string;
          user_name: string;
        }[];
      };
      desk_waiting: {
        Args: { block_id: string };
        Returns: Database['public']['CompositeTypes']['waiting_thing'][];
        SetofOptions: {
          from: '*';
          to: 'waiting_thing';
          isOneToOne: false;
          isSetofReturn: true;
        };
      };
      desk_week: {
        Args: { block_id: string };
        Returns: {
          cases_finished: number;
          cases_opened: number;
          dates_held: number;
          join_requests: number;
          late_cases: number;
          new_members: number;
          people_came: number;
          sign_ups: number;
        }[];
      };
      due_photo_moves: {
        Args: Record<PropertyKey, never>;
        Returns: {
          path_from: string;
          path_to: string;
        }[];
      };
      due_series: {
        Args: { until: string };
        Returns: {
          activity_id: string;
          made_until: string;
          rrule: string;
          starts_on: string;
        }[];
      };
      end_membership: {
        Args: { lock_out?: boolean; membership_id: string; reason?: string };
        Returns: boolean | null;
      };
      end_signup: {
        Args: { signup_id: string };
        Returns: Database['public']['Enums']['signup_cancel_outcome'] | null;
      };
      enter_api: {
        Args: { address: string; secret: string };
        Returns: Database['public']['Enums']['api_entry'] | null;
      };
      extend_poll: {
        Args: { closes_at: string; poll_id: string; reason: string };
        Returns: Database['public']['Enums']['extend_outcome'] | null;
      };
      extend_series: {
        Args: { activity_id: string; days: string[]; rrule: string; until: string };
        Returns: undefined;
      };
      figures: {
        Args: { block_id: string; month?: string };
        Returns: {
          is_hidden: boolean;
          metric: Database['public']['Enums']['figure_metric'];
          month: string;
          thing: Database['public']['Enums']['report_thing'];
          value: number;
        }[];
      };
      finish_message: {
        Args: { attempts: number; error: string; id: string; is_final: boolean };
        Returns: boolean | null;
      };
      finish_photo_moves: { Args: Record<PropertyKey, never>; Returns: number | null };
      finish_webhook: {
        Args: { attempts: number; error: string; id: string };
        Returns: boolean | null;
      };
      first_sessions: {
        Args: { after: string; block_id: string };
        Returns: {
          activity_id: string;
          block_id: string;
          cancelled_at: string | null;
          ends_at: string;
          id: string;
          is_moved: boolean;
          note: string | null;
          recurs_on: string | null;
          sequence: number;
          starts_at: string;
        }[];
        SetofOptions: {
          from: '*';
          to: 'activity_sessions';
          isOneToOne: false;
          isSetofReturn: true;
        };
      };
      flag_thing: {
        Args: { id: string; kind: Database['public']['Enums']['thing_kind']; reason: string };
        Returns: Database['public']['Enums']['flag_outcome'] | null;
      };
      follow_report: {
        Args: { is_following?: boolean; report_id: string };
        Returns: Database['public']['Enums']['follow_report_outcome'] | null;
      };
      forget_attempts: { Args: { key: string; limit_name: string }; Returns: undefined };
      forget_report_drafts: { Args: Record<PropertyKey, never>; Returns: number | null };
      form_messages: {
        Args: { channels: Database['public']['Enums']['outbox_channel'][] };
        Returns: number | null;
      };
      has_few_voters: { Args: { poll_id: string }; Returns: boolean | null };
      is_mine_to_run: {
        Args: {
          activity: Omit<
            Database['public']['Tables']['activities']['Row'],
            Database['public']['Tables']['activities']['ComputedFields']
          >;
        };
        Returns: boolean | null;
      };
      join_block: {
        Args: {
          code: string;
          display_name: string;
          locale?: Database['public']['Enums']['locale'];
        };
        Returns: Database['public']['Enums']['join_outcome'] | null;
      };
      keep_message_keys: {
        Args: { link_key: string; vapid_private_key: string; vapid_public_key: string };
        Returns: {
          link_key: string;
          vapid_private_key: string;
          vapid_public_key: string;
        }[];
      };
      keep_photo: { Args: { path: string }; Returns: boolean | null };
      kept_for: {
        Args: Record<PropertyKey, never>;
        Returns: {
          days: number;
          hours: number;
          months: number;
          what: string;
          years: number;
        }[];
      };
      lift_lock_out: { Args: { membership_id: string }; Returns: boolean | null };
      lift_member_pause: {
        Args: { membership_id: string; reason: string };
        Returns: Database['public']['Enums']['moderation_outcome'] | null;
      };
      like_proposals: {
        Args: { block_id: string; place_id?: string; title: string };
        Returns: string[];
      };
      list_report_queue: {
        Args: {
          after_number?: number;
          after_value?: number;
          assignee_id?: string;
          block_id?: string;
          is_awaiting?: boolean;
          is_back?: boolean;
          is_late?: boolean;
          is_open?: boolean;
          is_unassigned?: boolean;
          is_urgent?: boolean;
          max_rows?: number;
          min_days?: number;
          number?: number;
          sort?: Database['public']['Enums']['report_sort'];
          status?: Database['public']['Enums']['report_status'];
          thing?: Database['public']['Enums']['report_thing'];
        };
        Returns: Database['public']['CompositeTypes']['report_queue_row'][];
        SetofOptions: {
          from: '*';
          to: 'report_queue_row';
          isOneToOne: false;
          isSetofReturn: true;
        };
      };
      log_names: {
        Args: { ids: string[] };
        Returns: {
          id: string;
          name: string;
          number: number;
          page_id: string;
        }[];
      };
      make_account: {
        Args: {
          display_name: string;
          flat_id: string;
          id: string;
          new_word: string;
          user_name: string;
        };
        Returns: Database['public']['Enums']['account_outcome'] | null;
      };
      make_api_key: {
        Args: { name: string; scopes: Database['public']['Enums']['api_scope'][] };
        Returns: string | null;
      };
      make_calendar_link: { Args: Record<PropertyKey, never>; Returns: string | null };
      make_join_code: {
        Args: {
          block_id?: string;
          flat_id?: string;
          max_uses?: number;
          role?: Database['public']['Enums']['member_role'];
          valid_days?: number;
        };
        Returns: string | null;
      };
      make_letters: {
        Args: {
          block_id: string;
          id: string;
          max_uses?: number;
          only_empty?: boolean;
          place_id?: string;
          valid_days?: number;
        };
        Returns: {
          expires_at: string;
          flat_id: string;
          join_code: string;
        }[];
      };
      make_slip: { Args: { id: string; membership_id: string }; Returns: string | null };
      mark_abandoned_photos: { Args: Record<PropertyKey, never>; Returns: string[] };
      mark_abandoned_space_photos: { Args: Record<PropertyKey, never>; Returns: string[] };
      mark_paper_vote: {
        Args: { elector_id: string; poll_id: string };
        Returns: Database['public']['Enums']['paper_outcome'] | null;
      };
      merge_proposal: {
        Args: { into_id: string; proposal_id: string };
        Returns: Database['public']['Enums']['merge_outcome'] | null;
      };
      merge_report: {
        Args: { into_id: string; report_id: string };
        Returns: Database['public']['Enums']['merge_report_outcome'] | null;
      };
      moderate: {
        Args: {
          act: Database['public']['Enums']['moderation_act'];
          body?: string;
          days?: number;
          id: string;
          kind: Database['public']['Enums']['thing_kind'];
          parts?: Json;
          reason: string;
          title?: string;
        };
        Returns: Database['public']['Enums']['moderation_outcome'] | null;
      };
      moderation_queue: {
        Args: { block_id: string };
        Returns: {
          alias: string;
          appeal: string;
          body: string;
          changed_at: string;
          hidden_by: Database['public']['Enums']['hidden_by'];
          hidden_reason: string;
          id: string;
          is_in_open_vote: boolean;
          kind: Database['public']['Enums']['thing_kind'];
          page_id: string;
          page_title: string;
          paused_until: string;
          reasons: string[];
          title: string;
          waiting_since: string;
        }[];
      };
      moderation_reason: {
        Args: {
          notification: Omit<
            Database['public']['Tables']['notifications']['Row'],
            Database['public']['Tables']['notifications']['ComputedFields']
          >;
        };
        Returns: string | null;
      };
      move_following: {
        Args: {
          ends_at: string;
          note?: string;
          series?: Json;
          session_id: string;
          starts_at: string;
        };
        Returns: Database['public']['Enums']['session_change_outcome'] | null;
      };
      move_session: {
        Args: { ends_at: string; note?: string; session_id: string; starts_at: string };
        Returns: Database['public']['Enums']['session_change_outcome'] | null;
      };
      my_data: { Args: Record<PropertyKey, never>; Returns: Json };
      my_flagged: { Args: { page_id: string }; Returns: string[] };
      my_pauses: {
        Args: Record<PropertyKey, never>;
        Returns: {
          block_id: string;
          ends_at: string;
          reason: string;
        }[];
      };
      my_reports: {
        Args: { block_id: string };
        Returns: {
          affected_count: number;
          are_photos_shared: boolean;
          block_id: string;
          chase_count: number;
          chased_at: string | null;
          created_at: string;
          expected_by: string | null;
          id: string;
          is_common: boolean;
          is_open: boolean;
          is_urgent: boolean;
          merged_into: string | null;
          number: number;
          place_id: string;
          place_kind: Database['public']['Enums']['place_kind'];
          status: Database['public']['Enums']['report_status'];
          status_changed_at: string;
          thing: Database['public']['Enums']['report_thing'];
          told_late_at: string | null;
          waiting_for: Database['public']['Enums']['report_wait'] | null;
        }[];
        SetofOptions: {
          from: '*';
          to: 'reports';
          isOneToOne: false;
          isSetofReturn: true;
        };
      };
      my_votes: {
        Args: { poll_ids: string[] };
        Returns: {
          poll_id: string;
          state: Database['public']['Enums']['vote_state'];
        }[];
      };
      notice_read_counts: {
        Args: { block_id: string };
        Returns: {
          notice_id: string;
          readers: number;
        }[];
      };
      object_report: {
        Args: { report_id: string };
        Returns: Database['public']['Enums']['object_report_outcome'] | null;
      };
      open_poll: {
        Args: { poll_id: string };
        Returns: Database['public']['Enums']['open_poll_outcome'] | null;
      };
      open311_create: {
        Args: {
          access: Database['public']['Enums']['report_access'];
          address: string;
          block_slug: string;
          contact: string;
          description: string;
          is_urgent: boolean;
          kind: Database['public']['Enums']['place_kind'];
          place_id: string;
          reference: string;
          secret: string;
          thing: Database['public']['Enums']['report_thing'];
        };
        Returns: {
          number: number;
          outcome: Database['public']['Enums']['open311_create_outcome'];
        }[];
      };
      open311_requests: {
        Args: {
          block_slug: string;
          from_at: string;
          is_open: boolean;
          numbers: number[];
          secret: string;
          services: string[];
          until_at: string;
        };
        Returns: {
          address: string;
          created_at: string;
          description: string;
          expected_by: string;
          is_open: boolean;
          number: number;
          place_id: string;
          place_kind: Database['public']['Enums']['place_kind'];
          place_name: string;
          status: Database['public']['Enums']['report_status'];
          status_changed_at: string;
          thing: Database['public']['Enums']['report_thing'];
          waiting_for: Database['public']['Enums']['report_wait'];
        }[];
      };
      open311_services: {
        Args: Record<PropertyKey, never>;
        Returns: {
          place_kind: Database['public']['Enums']['place_kind'];
          thing: Database['public']['Enums']['report_thing'];
        }[];
      };
      open311_update: {
        Args: {
          message: string;
          number: number;
          reference: string;
          secret: string;
          to_status: Database['public']['Enums']['report_status'];
          waiting_for: Database['public']['Enums']['report_wait'];
        };
        Returns: {
          outcome: Database['public']['Enums']['open311_update_outcome'];
          update_id: string;
        }[];
      };
      open311_updates: {
        Args: { from_at: string; numbers: number[]; secret: string; until_at: string };
        Returns: {
          body: string;
          created_at: string;
          event_id: number;
          number: number;
          to_status: Database['public']['Enums']['report_status'];
        }[];
      };
      paper_electors: {
        Args: { poll_id: string };
        Returns: {
          elector_id: string;
          is_on_paper: boolean;
          name: string;
          stair: string;
        }[];
      };
      pause_member: {
        Args: { days: number; membership_id: string; reason: string };
        Returns: Database['public']['Enums']['moderation_outcome'] | null;
      };
      peek_join_code: {
        Args: { code: string };
        Returns: {
          block_name: string;
          block_slug: string;
          role: Database['public']['Enums']['member_role'];
        }[];
      };
      place_in_line: {
        Args: {
          signup: Omit<
            Database['public']['Tables']['signups']['Row'],
            Database['public']['Tables']['signups']['ComputedFields']
          >;
        };
        Returns: number | null;
      };
      plan_poll: {
        Args: { poll_id: string };
        Returns: Database['public']['Enums']['plan_poll_outcome'] | null;
      };
      poll_ballots: {
        Args: { poll_id: string };
        Returns: {
          choices: string[];
          control_number: string;
        }[];
      };
      poll_results: {
        Args: { poll_ids: string[] };
        Returns: {
          entitled: number;
          is_counted: boolean;
          is_winner: boolean;
          moves: number;
          on_paper: number;
          on_web: number;
          option_id: string;
          poll_id: string;
          turnout: Database['public']['Enums']['turnout_band'];
          voted: number;
          votes: number;
        }[];
      };
      post_outage: {
        Args: {
          block_id: string;
          body: string;
          expected_on?: string;
          id: string;
          place_id: string;
          thing: Database['public']['Enums']['report_thing'];
        };
        Returns: Database['public']['Enums']['post_outage_outcome'] | null;
      };
      propose: {
        Args: {
          alias?: string;
          block_id: string;
          body: string;
          id: string;
          kind: Database['public']['Enums']['proposal_kind'];
          photo_path?: string;
          photo_text?: string;
          place_id?: string;
          rough_cost_nok?: number;
          title: string;
        };
        Returns: Database['public']['Enums']['propose_outcome'] | null;
      };
      propose_activity: {
        Args: { activity: Json; series?: Json; sessions: Json };
        Returns: Database['public']['Enums']['activity_propose_outcome'] | null;
      };
      publish_activity: {
        Args: { activity_id: string };
        Returns: Database['public']['Enums']['activity_publish_outcome'] | null;
      };
      pulse_state: {
        Args: { block_id: string };
        Returns: Database['public']['Enums']['pulse_state'] | null;
      };
      remove_follow_up_photo: {
        Args: { photo_id: string };
        Returns: Database['public']['Enums']['follow_up_photo_outcome'] | null;
      };
      remove_second_factor: { Args: { membership_id: string }; Returns: boolean | null };
      report_delivery: {
        Args: { report_id: string };
        Returns: {
          failures: number;
          since: string;
          state: Database['public']['Enums']['delivery_state'];
        }[];
      };
      request_photo_removal: {
        Args: { notice_id: string; path: string; reason?: string };
        Returns: Database['public']['Enums']['photo_request_outcome'] | null;
      };
      require_second_factor: {
        Args: { is_required: boolean };
        Returns: Database['public']['Enums']['factor_rule_outcome'] | null;
      };
      resend_failed: { Args: { endpoint_id?: string }; Returns: number | null };
      restore_session: {
        Args: { session_id: string };
        Returns: Database['public']['Enums']['session_change_outcome'] | null;
      };
      revoke_api_key: { Args: { id: string }; Returns: boolean | null };
      revoke_join_code: { Args: { code_id: string }; Returns: boolean | null };
      run_activity_jobs: { Args: Record<PropertyKey, never>; Returns: Json };
      run_figure_jobs: { Args: Record<PropertyKey, never>; Returns: Json };
      run_follow_up_jobs: { Args: Record<PropertyKey, never>; Returns: Json };
      run_notice_jobs: { Args: Record<PropertyKey, never>; Returns: Json };
      run_poll_jobs: { Args: Record<PropertyKey, never>; Returns: number | null };
      run_report_jobs: { Args: Record<PropertyKey, never>; Returns: Json };
      run_retention_jobs: { Args: Record<PropertyKey, never>; Returns: Json };
      save_contact: {
        Args: {
          block_id: string;
          contact_id: string;
          email: string;
          hours: Json;
          kind: Database['public']['Enums']['contact_kind'];
          note: string;
          person_name: string;
          phone: string;
          title: string;
          whereabouts: string;
        };
        Returns: boolean | null;
      };
      save_letter_text: {
        Args: { block_id: string; body?: string; language: string };
        Returns: Database['public']['Enums']['letter_text_outcome'] | null;
      };
      save_message_settings: {
        Args: {
          email_topics: Database['public']['Enums']['message_topic'][];
          push_topics: Database['public']['Enums']['message_topic'][];
          quiet_from: number;
          quiet_to: number;
          rhythm: Database['public']['Enums']['message_rhythm'];
          sms_topics: Database['public']['Enums']['message_topic'][];
        };
        Returns: undefined;
      };
      save_notice: {
        Args: {
          audience: Database['public']['Enums']['notice_audience'];
          block_id: string;
          body: string;
          class: Database['public']['Enums']['notice_class'];
          ends_at?: string;
          id: string;
          photo?: Json;
          place_ids: string[];
          publish: boolean;
          publishes_at?: string;
          title: string;
        };
        Returns: Database['public']['Enums']['notice_outcome'] | null;
      };
      save_poll: {
        Args: {
          afterwards: string;
          block_id: string;
          body?: string;
          budget_nok?: number;
          closes_at: string;
          decides: string;
          id: string;
          is_list_published?: boolean;
          kind: Database['public']['Enums']['poll_kind'];
          max_choices?: number;
          min_age?: number;
          options: Json;
          phases?: Json;
          rule: Database['public']['Enums']['poll_rule'];
          title: string;
          winner_count?: number;
        };
        Returns: Database['public']['Enums']['save_poll_outcome'] | null;
      };
      send_activity_message: {
        Args: { activity_id: string; body: string; message_id: string };
        Returns: Database['public']['Enums']['activity_message_outcome'] | null;
      };
      set_desk_password: {
        Args: { membership_id: string; new_word: string };
        Returns: Database['public']['Enums']['password_outcome'] | null;
      };
      set_heads: { Args: { heads: number; session_id: string }; Returns: number | null };
      share_report_photos: {
        Args: { are_shared: boolean; report_id: string };
        Returns: Database['public']['Enums']['share_photos_outcome'] | null;
      };
      sign_up: {
        Args: { activity_id: string; party_size?: number };
        Returns: Database['public']['Enums']['signup_outcome'] | null;
      };
      sign_up_for: {
        Args: {
          activity_id: string;
          first_name?: string;
          party_size?: number;
          person_id?: string;
          signup_id: string;
        };
        Returns: Database['public']['Enums']['signup_outcome'] | null;
      };
      signup_list: {
        Args: { activity_id: string; session_id?: string };
        Returns: {
          actor: Database['public']['Enums']['signup_actor'];
          created_at: string;
          ended_at: string;
          has_account: boolean;
          id: string;
          name: string;
          offer_expires_at: string;
          party_size: number;
          present_count: number;
          reason: Database['public']['Enums']['signup_reason'];
          signed_up_at: string;
          status: Database['public']['Enums']['signup_status'];
        }[];
      };
      staff_gate: {
        Args: {
          person: Omit<
            Database['public']['Tables']['people']['Row'],
            Database['public']['Tables']['people']['ComputedFields']
          >;
        };
        Returns: Database['public']['Enums']['staff_gate'] | null;
      };
      staff_needs_second_factor: { Args: Record<PropertyKey, never>; Returns: boolean | null };
      staff_with_second_factor: { Args: Record<PropertyKey, never>; Returns: string[] };
      start_phone: { Args: { person_id: string; phone: string }; Returns: string | null };
      stop_emails: { Args: { person_id: string }; Returns: undefined };
      stop_hosting: { Args: { activity_id: string }; Returns: boolean | null };
      stop_poll: {
        Args: { poll_id: string; reason: string };
        Returns: Database['public']['Enums']['stop_outcome'] | null;
      };
      subscribe_push: {
        Args: { auth_key: string; endpoint: string; public_key: string };
        Returns: undefined;
      };
      suggest_merges: {
        Args: { block_id: string };
        Returns: {
          like_id: string;
          proposal_id: string;
        }[];
      };
      support_proposal: {
        Args: { proposal_id: string };
        Returns: Database['public']['Enums']['support_outcome'] | null;
      };
      take_back_comment: { Args: { comment_id: string }; Returns: boolean | null };
      tick_attendance: {
        Args: { present_count: number; session_id: string; signup_id: string };
        Returns: number | null;
      };
      tidy_systems: { Args: Record<PropertyKey, never>; Returns: undefined };
      try_webhook: { Args: { endpoint_id: string }; Returns: boolean | null };
      unmark_paper_vote: {
        Args: { elector_id: string; poll_id: string };
        Returns: Database['public']['Enums']['paper_outcome'] | null;
      };
      unmark_removed_photos: { Args: { paths: string[] }; Returns: undefined };
      unmerge_report: {
        Args: { report_id: string };
        Returns: Database['public']['Enums']['merge_report_outcome'] | null;
      };
      update_follow_up: {
        Args: {
          body: string;
          cost_nok?: number;
          delayed_because?: string;
          id: string;
          is_reopened?: boolean;
          next_on?: string;
          owner?: Database['public']['Enums']['phase_owner'];
          poll_id: string;
          seen_version?: number;
          status: Database['public']['Enums']['follow_up_status'];
        };
        Returns: Database['public']['Enums']['update_follow_up_outcome'] | null;
      };
      use_slip: { Args: { slip: string }; Returns: string | null };
      webhook_states: {
        Args: Record<PropertyKey, never>;
        Returns: {
          created_at: string;
          failed: number;
          id: string;
          kinds: Database['public']['Enums']['outbox_kind'][];
          last_error: string;
          last_error_at: string;
          last_sent_at: string;
          queued: number;
          url: string;
          version: number;
        }[];
      };
      withdraw_proposal: { Args: { proposal_id: string }; Returns: boolean | null };
      withdraw_support: {
        Args: { proposal_id: string };
        Returns: Database['public']['Enums']['support_outcome'] | null;
      };
      write_about_proposal: {
        Args: { body: string; id: string; proposal_id: string };
        Returns: Database['public']['Enums']['proposal_message_outcome'] | null;
      };
    };
    Enums: {
      about_me_event:
        | 'signup_signed_up'
        | 'signup_offered'
        | 'signup_waitlisted'
        | 'signup_cancelled'
        | 'signup_declined'
        | 'signup_lapsed'
        | 'report_status'
        | 'report_chased'
        | 'report_still_working'
        | 'report_merged_in'
        | 'report_unmerged'
        | 'report_assigned';
      account_outcome: 'made' | 'name_taken' | 'name_invalid' | 'password_invalid' | 'not_found';
      account_state: 'none' | 'with_password' | 'without_password';
      activity_cancel_outcome:
        'cancelled' | 'already_cancelled' | 'not_published' | 'past' | 'not_found';
      activity_change_outcome: 'saved' | 'changed_meanwhile';
      activity_decline_outcome: 'declined' | 'not_proposed' | 'not_found';
      activity_kind: 'drop_in' | 'event' | 'course' | 'meeting' | 'trip';
      activity_message_outcome:
        'sent' | 'already_sent' | 'nobody' | 'too_many' | 'paused' | 'not_found';
      activity_propose_outcome:
        'proposed' | 'already_proposed' | 'too_many' | 'paused' | 'not_member';
      activity_publish_outcome:
        'published' | 'already_published' | 'no_dates' | 'cancelled' | 'not_found';
      activity_status: 'proposed' | 'draft' | 'published' | 'cancelled' | 'declined';
      answer_poll_question_outcome:
        'answered' | 'already_answered' | 'answer_missing' | 'hidden' | 'not_found';
      api_entry: 'nobody' | 'system' | 'wrong_key' | 'too_many';
      api_scope: 'read_all' | 'create' | 'update';
      appeal_outcome: 'appealed' | 'already_appealed' | 'not_hidden' | 'not_found';
      ask_poll_question_outcome:
        'asked' | 'too_many_waiting' | 'too_many_today' | 'paused' | 'not_open' | 'not_allowed';
      assign_report_outcome:
        'assigned' | 'unassigned' | 'unchanged' | 'wrong_assignee' | 'not_allowed' | 'not_found';
      audience_group: 'children' | 'youth' | 'families' | 'adults' | 'seniors';
      audit_act:
        | 'approve'
        | 'decline'
        | 'ask'
        | 'merge'
        | 'check'
        | 'check_for_landlord'
        | 'make_physical'
        | 'make_social'
        | 'publish'
        | 'cancel'
        | 'plan'
        | 'open'
        | 'extend'
        | 'stop'
        | 'answer'
        | 'mark_paper'
        | 'unmark_paper'
        | 'try_mark_paper'
        | 'count_paper'
        | 'add'
        | 'change'
        | 'translate'
        | 'remove_translation'
        | 'withdraw'
        | 'remove'
        | 'keep_photo'
        | 'remove_photo'
        | 'update_follow_up'
        | 'reopen_follow_up'
        | 'add_milestone'
        | 'complete_milestone'
        | 'reopen_milestone'
        | 'remove_milestone'
        | 'add_follow_up_photo'
        | 'remove_follow_up_photo'
        | 'hide_by_flags'
        | 'hide'
        | 'uphold'
        | 'dismiss'
        | 'restore'
        | 'edit'
        | 'warn'
        | 'pause'
        | 'lift_pause'
        | 'end_membership'
        | 'lock_out'
        | 'lift_lock_out'
        | 'change_tenant'
        | 'make_account'
        | 'make_slip'
        | 'set_password'
        | 'make_letters'
        | 'write_letter_text'
        | 'make_code'
        | 'revoke_code'
        | 'become'
        | 'approve_join_request'
        | 'decline_join_request'
        | 'require_second_factor'
        | 'allow_one_factor'
        | 'remove_second_factor'
        | 'switch_on_second_factor'
        | 'switch_off_second_factor'
        | 'take_back'
        | 'move'
        | 'take_up'
        | 'tick'
        | 'untick'
        | 'sign_up_for'
        | 'end_signup'
        | 'send'
        | 'resend'
        | 'try'
        | 'write_message'
        | 'share_photos'
        | 'hide_photos'
        | 'change_status'
        | 'chase'
        | 'say_still_working'
        | 'merge_in'
        | 'unmerge'
        | 'assign';
      audit_shape:
        | 'none'
        | 'role'
        | 'language'
        | 'fields'
        | 'status'
        | 'dates'
        | 'merged'
        | 'taken_back'
        | 'count'
        | 'flat'
        | 'title'
        | 'check';
      audit_subject:
        | 'proposal'
        | 'comment'
        | 'question'
        | 'activity'
        | 'message'
        | 'poll'
        | 'notice'
        | 'membership'
        | 'join_request'
        | 'flat'
        | 'place'
        | 'block'
        | 'contact'
        | 'translation'
        | 'host'
        | 'outage'
        | 'responsibility'
        | 'deadline'
        | 'assignee'
        | 'landlord_settings'
        | 'webhook'
        | 'session'
        | 'series'
        | 'attendance'
        | 'join_code'
        | 'installation'
        | 'signup'
        | 'report'
        | 'api_key';
      change_outcome:
        | 'changed'
        | 'wrong_receipt'
        | 'too_many_attempts'
        | 'not_yet_open'
        | 'closed'
        | 'stopped'
        | 'not_entitled'
        | 'wrong_choices'
        | 'too_many_choices'
        | 'over_budget';
      chase_report_outcome: 'chased' | 'chased_today' | 'not_open' | 'not_allowed' | 'not_found';
      check_outcome: 'checked' | 'reason_missing' | 'not_open' | 'not_allowed';
      comment_outcome:
        | 'commented'
        | 'comments_off'
        | 'too_many'
        | 'alias_taken'
        | 'paused'
        | 'not_open'
        | 'not_allowed';
      contact_kind: 'consultant' | 'meeting_place' | 'landlord' | 'duty_phone';
      count_outcome:
        | 'counted'
        | 'wrong_number'
        | 'wrong_choices'
        | 'not_closed'
        | 'already_counted'
        | 'not_allowed';
      create_report_outcome:
        | 'created'
        | 'not_member'
        | 'wrong_place'
        | 'wrong_thing'
        | 'wrong_photo'
        | 'too_many_today'
        | 'sent_already'
        | 'id_taken';
      decide_outcome:
        'approved' | 'declined' | 'reason_missing' | 'already_decided' | 'not_allowed';
      delete_account_outcome:
        'deleted' | 'wrong_password' | 'too_many_attempts' | 'second_factor_missing' | 'not_found';
      delivery_state: 'in_desk' | 'queued' | 'sent' | 'failed' | 'acknowledged';
      extend_outcome:
        | 'extended'
        | 'already_extended'
        | 'reason_missing'
        | 'too_early'
        | 'too_late'
        | 'not_open'
        | 'not_allowed';
      factor_rule_outcome: 'saved' | 'own_first' | 'not_found';
      figure_metric:
        | 'dates_held'
        | 'attendance'
        | 'signups'
        | 'new_cases'
        | 'fixed_cases'
        | 'late_cases'
        | 'days_to_answer'
        | 'days_to_fixed'
        | 'votes_counted'
        | 'could_vote'
        | 'voted'
        | 'follow_ups_done'
        | 'pulse_answers'
        | 'pulse_good'
        | 'pulse_ok'
        | 'pulse_bad'
        | 'pulse_good_or_ok'
        | 'pulse_ok_or_bad';
      flag_outcome: 'flagged' | 'already_flagged' | 'too_many' | 'paused' | 'not_found';
      flag_verdict: 'hidden' | 'dismissed' | 'edited';
      follow_report_outcome:
        'followed' | 'unfollowed' | 'unchanged' | 'own_report' | 'finished' | 'not_found';
      follow_up_moment: 'before' | 'after';
      follow_up_photo_outcome: 'added' | 'removed' | 'too_many' | 'no_picture' | 'not_allowed';
      follow_up_status: 'decision' | 'work' | 'done' | 'declined';
      hidden_by: 'flags' | 'staff';
      join_ask_outcome: 'asked' | 'already_member' | 'too_many_attempts';
      join_decide_outcome:
        'approved' | 'declined' | 'already_decided' | 'no_such_flat' | 'not_found';
      join_outcome:
        'joined' | 'already_member' | 'wrong_code' | 'expired' | 'used_up' | 'too_many_attempts';
      join_request_status: 'open' | 'approved' | 'declined';
      letter_text_outcome: 'saved' | 'removed' | 'too_many' | 'not_allowed';
      locale: 'nb' | 'en';
      member_role: 'resident' | 'partner' | 'consultant' | 'landlord' | 'observer' | 'admin';
      merge_outcome: 'merged' | 'already_decided' | 'in_vote' | 'not_found' | 'not_allowed';
      merge_report_outcome:
        | 'merged'
        | 'unmerged'
        | 'not_allowed'
        | 'not_found'
        | 'wrong_target'
        | 'not_merged'
        | 'target_merged';
      message_audience: 'resident' | 'everyone' | 'internal';
      message_rhythm: 'at_once' | 'gathered';
      message_topic: 'activities' | 'reports' | 'votes' | 'notices' | 'account';
      milestone_act: 'done' | 'undone' | 'removed';
      milestone_outcome:
        'added' | 'done' | 'undone' | 'removed' | 'too_many' | 'closed' | 'not_allowed';
      moderation_act: 'dismiss' | 'hide' | 'restore' | 'edit' | 'warn' | 'pause' | 'lift_pause';
      moderation_outcome:
        | 'done'
        | 'reason_missing'
        | 'text_missing'
        | 'days_missing'
        | 'in_open_vote'
        | 'nothing_to_do'
        | 'not_found';
      notice_act: 'publish' | 'withdraw' | 'remove' | 'keep_photo' | 'remove_photo';
      notice_audience: 'everybody' | 'members' | 'stairs' | 'flats' | 'families';
      notice_class: 'ordinary' | 'important' | 'urgent';
      notice_field: 'title' | 'body' | 'class' | 'audience' | 'published_at' | 'ends_at';
      notice_outcome:
        | 'saved'
        | 'published'
        | 'planned'
        | 'withdrawn'
        | 'removed'
        | 'photo_kept'
        | 'photo_removed'
        | 'nothing_to_do'
        | 'end_has_passed'
        | 'places_missing'
        | 'photo_missing'
        | 'not_found';
      notice_photo_kind: 'situation' | 'portrait' | 'drawing';
      notice_state: 'draft' | 'published' | 'withdrawn';
      notification_about: 'activity' | 'report' | 'proposal' | 'poll' | 'notice' | 'account';
      notification_kind:
        | 'place_won'
        | 'place_offered'
        | 'session_today'
        | 'session_moved'
        | 'session_cancelled'
        | 'place_changed'
        | 'activity_cancelled'
        | 'activity_message'
        | 'activity_approved'
        | 'activity_declined'
        | 'activity_host_left'
        | 'report_status'
        | 'report_message'
        | 'report_question'
        | 'report_merged'
        | 'report_late'
        | 'proposal_approved'
        | 'proposal_declined'
        | 'proposal_question'
        | 'proposal_merged'
        | 'proposal_checked'
        | 'poll_opened'
        | 'poll_extended'
        | 'poll_stopped'
        | 'poll_counted'
        | 'poll_uncounted'
        | 'poll_answer'
        | 'follow_up_changed'
        | 'follow_up_given'
        | 'follow_up_late'
        | 'notice_new'
        | 'notice_urgent'
        | 'notice_photo_request'
        | 'account_moderated'
        | 'account_paused'
        | 'account_slip'
        | 'account_password'
        | 'account_joined'
        | 'account_not_joined'
        | 'account_ended';
      notification_page:
        | 'activity'
        | 'activity_desk'
        | 'report'
        | 'proposal'
        | 'poll'
        | 'poll_questions'
        | 'poll_count'
        | 'poll_follow_up'
        | 'notice'
        | 'notice_desk'
        | 'home'
        | 'join_without_code'
        | 'my_pause'
        | 'staff_acts';
      notification_urgency: 'whenever' | 'pressing' | 'urgent';
      object_report_outcome:
        'counted' | 'reopened' | 'unchanged' | 'not_allowed' | 'too_late' | 'not_found';
      offer_outcome: 'accepted' | 'declined' | 'lapsed' | 'not_offered';
      open_poll_outcome:
        | 'opened'
        | 'not_draft'
        | 'too_few_options'
        | 'cost_missing'
        | 'closes_too_early'
        | 'not_checked'
        | 'nobody_entitled'
        | 'not_allowed';
      open311_create_outcome:
        | 'created'
        | 'wrong_key'
        | 'place_unknown'
        | 'place_ambiguous'
        | 'wrong_place'
        | 'too_many_today';
      open311_update_outcome:
        | 'done'
        | 'wrong_key'
        | 'not_found'
        | 'not_allowed'
        | 'reason_missing'
        | 'waiting_for_missing'
        | 'too_many_today';
      outbox_channel: 'webhook' | 'email' | 'push' | 'sms';
      outbox_kind: 'report_created' | 'report_changed' | 'test' | 'personal' | 'join_answer';
      outbox_status: 'queued' | 'sent' | 'failed';
      owner_type: 'heleid' | 'borettslag_sameie';
      paper_outcome:
        | 'marked'
        | 'unmarked'
        | 'already_voted'
        | 'not_marked'
        | 'not_open'
        | 'not_found'
        | 'not_allowed';
      password_check: 'right' | 'wrong' | 'too_many_attempts';
      password_outcome: 'changed' | 'password_invalid' | 'not_found';
      phase_owner: 'residents' | 'consultant' | 'landlord';
      phone_outcome: 'confirmed' | 'wrong' | 'expired' | 'too_many_attempts';
      photo_request_outcome: 'hidden' | 'noted' | 'not_found';
      place_kind:
        'stair' | 'floor' | 'flat' | 'common_room' | 'lift' | 'laundry' | 'cellar' | 'yard';
      plan_poll_outcome:
        'planned' | 'not_draft' | 'too_few_options' | 'cost_missing' | 'not_allowed';
      poll_kind: 'yes_no' | 'single' | 'multiple' | 'budget';
      poll_phase: 'ideas' | 'check' | 'questions' | 'vote' | 'decision' | 'work' | 'done';
      poll_rule: 'per_flat' | 'per_person';
      poll_stance: 'yes' | 'no' | 'abstain';
      poll_status: 'draft' | 'planned' | 'open' | 'closed' | 'stopped';
      post_outage_outcome:
        'posted' | 'not_allowed' | 'wrong_place' | 'wrong_thing' | 'finished' | 'posted_already';
      proposal_kind: 'social' | 'physical';
      proposal_message_outcome:
        'sent' | 'nothing_asked' | 'too_many' | 'already_decided' | 'not_allowed';
      proposal_status: 'pending' | 'approved' | 'declined' | 'withdrawn' | 'merged';
      propose_outcome:
        'proposed' | 'too_many_pending' | 'wrong_photo' | 'alias_taken' | 'paused' | 'not_allowed';
      pulse_answer: 'good' | 'ok' | 'bad';
      pulse_outcome: 'thanks' | 'answered_already' | 'not_asked';
      pulse_state: 'ask' | 'answered' | 'not_asked';
      receipt_outcome: 'counted' | 'not_found' | 'too_many_attempts' | 'not_entitled';
      report_access: 'call_first' | 'may_enter';
      report_actor: 'landlord' | 'consultant' | 'reporter' | 'neighbour' | 'system';
      report_assignee_kind: 'person' | 'contractor';
      report_event_kind:
        'status' | 'chased' | 'still_working' | 'merged_in' | 'unmerged' | 'assigned';
      report_message_outcome: 'sent' | 'not_allowed' | 'not_found' | 'too_many_today';
      report_question_outcome:
        'asked' | 'answered' | 'not_allowed' | 'not_found' | 'wrong_times' | 'closed';
      report_sort: 'oldest' | 'newest' | 'changed' | 'affected' | 'deadline';
      report_status:
        | 'received'
        | 'forwarded'
        | 'in_progress'
        | 'waiting'
        | 'fixed'
        | 'confirmed'
        | 'reopened'
        | 'closed'
        | 'withdrawn'
        | 'merged';
      report_status_outcome:
        | 'changed'
        | 'unchanged'
        | 'not_allowed'
        | 'reason_missing'
        | 'waiting_for_missing'
        | 'others_have_it'
        | 'appealed_already'
        | 'not_found';
      report_thing:
        | 'leak'
        | 'drain'
        | 'hot_water'
        | 'heating'
        | 'power'
        | 'light'
        | 'damp_air'
        | 'window'
        | 'door_lock'
        | 'intercom'
        | 'pests'
        | 'fire_safety'
        | 'appliance'
        | 'escape_route'
        | 'rubbish'
        | 'vandalism'
        | 'cleaning'
        | 'snow_ice'
        | 'playground'
        | 'greenery'
        | 'paving'
        | 'storage_room'
        | 'washing_machine'
        | 'dryer'
        | 'lift_stopped'
        | 'lift_door'
        | 'lift_button'
        | 'lift_sound'
        | 'other';
      report_wait: 'parts' | 'contractor' | 'access';
      responsible_party: 'tenant' | 'shared' | 'landlord';
      save_poll_outcome: 'saved' | 'not_draft';
      session_change_outcome:
        | 'moved'
        | 'cancelled'
        | 'restored'
        | 'past'
        | 'taken'
        | 'changed_meanwhile'
        | 'activity_cancelled'
        | 'not_found';
      share_photos_outcome: 'shared' | 'hidden' | 'not_allowed' | 'not_found';
      signup_actor: 'self' | 'staff' | 'system';
      signup_cancel_outcome: 'cancelled' | 'not_signed_up' | 'too_late' | 'past' | 'not_found';
      signup_outcome:
        | 'signed_up'
        | 'waitlisted'
        | 'already_signed_up'
        | 'not_open_yet'
        | 'closed'
        | 'cancelled'
        | 'past'
        | 'not_member'
        | 'no_signup_needed'
        | 'party_too_big'
        | 'not_found';
      signup_reason:
        | 'free_place'
        | 'full'
        | 'does_not_fit'
        | 'place_freed'
        | 'more_places'
        | 'offer_accepted'
        | 'offer_declined'
        | 'offer_lapsed'
        | 'cancelled_by_self'
        | 'cancelled_by_staff'
        | 'activity_cancelled'
        | 'moved_out';
      signup_status: 'signed_up' | 'offered' | 'waitlisted' | 'cancelled' | 'declined' | 'lapsed';
      staff_gate: 'open' | 'code' | 'setup' | 'ended';
      stop_outcome: 'stopped' | 'reason_missing' | 'not_open' | 'not_allowed';
      support_outcome: 'supported' | 'not_supported' | 'not_open';
      tenant_outcome: 'changed' | 'nothing_to_do' | 'not_found';
      thing_kind: 'proposal' | 'comment' | 'question' | 'activity' | 'message';
      turnout_band:
        'hidden' | 'under_quarter' | 'under_half' | 'under_three_quarters' | 'three_quarters';
      update_follow_up_outcome:
        | 'updated'
        | 'reopened'
        | 'changed_meanwhile'
        | 'body_missing'
        | 'next_missing'
        | 'next_passed'
        | 'next_too_far'
        | 'delay_missing'
        | 'wrong_status'
        | 'closed'
        | 'not_allowed';
      usual_reason: 'person' | 'rude' | 'private' | 'off_topic' | 'misleading';
      vote_outcome:
        | 'voted'
        | 'already_voted'
        | 'voted_on_paper'
        | 'not_yet_open'
        | 'closed'
        | 'stopped'
        | 'not_entitled'
        | 'wrong_choices'
        | 'too_many_choices'
        | 'over_budget'
        | 'bad_receipt';
      vote_state:
        'can_vote' | 'voted' | 'voted_on_paper' | 'not_entitled' | 'closed' | 'not_yet_open';
      vote_way: 'web' | 'paper';
      waiting_kind:
        | 'flag'
        | 'appeal'
        | 'photo_request'
        | 'join_request'
        | 'case'
        | 'late_case'
        | 'question'
        | 'proposal'
        | 'activity'
        | 'count'
        | 'follow_up'
        | 'closing'
        | 'unreached'
        | 'draft';
    };
    CompositeTypes: {
      report_queue_row: {
        id: string | null;
        number: number | null;
        block_id: string | null;
        block_slug: string | null;
        block_name: string | null;
        place_name: string | null;
        place_kind: Database['public']['Enums']['place_kind'] | null;
        is_common: boolean | null;
        thing: Database['public']['Enums']['report_thing'] | null;
        status: Database['public']['Enums']['report_status'] | null;
        is_open: boolean | null;
        is_urgent: boolean | null;
        waiting_for: Database['public']['Enums']['report_wait'] | null;
        expected_by: string | null;
        affected_count: number | null;
        created_at: string | null;
        status_changed_at: string | null;
        asked_at: string | null;
        chase_count: number | null;
        assignee_name: string | null;
        sort_value: number | null;
      };
      waiting_thing: {
        kind: Database['public']['Enums']['waiting_kind'] | null;
        id: string | null;
        about: string | null;
        title: string | null;
        body: string | null;
        reasons: string[] | null;
        place: string | null;
        parent_id: string | null;
        number: number | null;
        due_at: string | null;
        is_urgent: boolean | null;
        amount: number | null;
        since: string | null;
        kind_count: number | null;
        total: number | null;
      };
    };
  };
};

type DatabaseWithoutInternals = Omit<Database, '__InternalSupabase'>;

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, 'public'>];

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema['Tables'] & DefaultSchema['Views'])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Views'])
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Views'])[TableName] extends {
      Row: infer R;
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema['Tables'] & DefaultSchema['Views'])
    ? (DefaultSchema['Tables'] & DefaultSchema['Views'])[DefaultSchemaTableNameOrOptions] extends {
        Row: infer R;
      }
      ? R
      : never
    : never;

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    keyof DefaultSchema['Tables'] | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables']
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'][TableName] extends {
      Insert: infer I;
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables']
    ? DefaultSchema['Tables'][DefaultSchemaTableNameOrOptions] extends {
        Insert: infer I;
      }
      ? I
      : never
    : never;

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    keyof DefaultSchema['Tables'] | { schema: keyof DatabaseWithoutInternals },
  TableName extends (DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables']
    : never) = never,
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions['schema']]['Tables'][TableName] extends {
      Update: infer U;
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema['Tables']
    ? DefaultSchema['Tables'][DefaultSchemaTableNameOrOptions] extends {
        Update: infer U;
      }
      ? U
      : never
    : never;

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    keyof DefaultSchema['Enums'] | { schema: keyof DatabaseWithoutInternals },
  EnumName extends (DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions['schema']]['Enums']
    : never) = never,
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions['schema']]['Enums'][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema['Enums']
    ? DefaultSchema['Enums'][DefaultSchemaEnumNameOrOptions]
    : never;

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    keyof DefaultSchema['CompositeTypes'] | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends (PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals;
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions['schema']]['CompositeTypes']
    : never) = never,
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions['schema']]['CompositeTypes'][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema['CompositeTypes']
    ? DefaultSchema['CompositeTypes'][PublicCompositeTypeNameOrOptions]
    : never;

export const Constants = {
  public: {
    Enums: {
      about_me_event: [
        'signup_signed_up',
        'signup_offered',
        'signup_waitlisted',
        'signup_cancelled',
        'signup_declined',
        'signup_lapsed',
        'report_status',
        'report_chased',
        'report_still_working',
        'report_merged_in',
        'report_unmerged',
        'report_assigned',
      ],
      account_outcome: ['made', 'name_taken', 'name_invalid', 'password_invalid', 'not_found'],
      account_state: ['none', 'with_password', 'without_password'],
      activity_cancel_outcome: [
        'cancelled',
        'already_cancelled',
        'not_published',
        'past',
        'not_found',
      ],
      activity_change_outcome: ['saved', 'changed_meanwhile'],
      activity_decline_outcome: ['declined', 'not_proposed', 'not_found'],
      activity_kind: ['drop_in', 'event', 'course', 'meeting', 'trip'],
      activity_message_outcome: [
        'sent',
        'already_sent',
        'nobody',
        'too_many',
        'paused',
        'not_found',
      ],
      activity_propose_outcome: [
        'proposed',
        'already_proposed',
        'too_many',
        'paused',
        'not_member',
      ],
      activity_publish_outcome: [
        'published',
        'already_published',
        'no_dates',
        'cancelled',
        'not_found',
      ],
      activity_status: ['proposed', 'draft', 'published', 'cancelled', 'declined'],
      answer_poll_question_outcome: [
        'answered',
        'already_answered',
        'answer_missing',
        'hidden',
        'not_found',
      ],
      api_entry: ['nobody', 'system', 'wrong_key', 'too_many'],
      api_scope: ['read_all', 'create', 'update'],
      appeal_outcome: ['appealed', 'already_appealed', 'not_hidden', 'not_found'],
      ask_poll_question_outcome: [
        'asked',
        'too_many_waiting',
        'too_many_today',
        'paused',
        'not_open',
        'not_allowed',
      ],
      assign_report_outcome: [
        'assigned',
        'unassigned',
        'unchanged',
        'wrong_assignee',
        'not_allowed',
        'not_found',
      ],
      audience_group: ['children', 'youth', 'families', 'adults', 'seniors'],
      audit_act: [
        'approve',
        'decline',
        'ask',
        'merge',
        'check',
        'check_for_landlord',
        'make_physical',
        'make_social',
        'publish',
        'cancel',
        'plan',
        'open',
        'extend',
        'stop',
        'answer',
        'mark_paper',
        'unmark_paper',
        'try_mark_paper',
        'count_paper',
        'add',
        'change',
        'translate',
        'remove_translation',
        'withdraw',
        'remove',
        'keep_photo',
        'remove_photo',
        'update_follow_up',
        'reopen_follow_up',
        'add_milestone',
        'complete_milestone',
        'reopen_milestone',
        'remove_milestone',
        'add_follow_up_photo',
        'remove_follow_up_photo',
        'hide_by_flags',
        'hide',
        'uphold',
        'dismiss',
        'restore',
        'edit',
        'warn',
        'pause',
        'lift_pause',
        'end_membership',
        'lock_out',
        'lift_lock_out',
        'change_tenant',
        'make_account',
        'make_slip',
        'set_password',
        'make_letters',
        'write_letter_text',
        'make_code',
        'revoke_code',
        'become',
        'approve_join_request',
        'decline_join_request',
        'require_second_factor',
        'allow_one_factor',
        'remove_second_factor',
        'switch_on_second_factor',
        'switch_off_second_factor',
        'take_back',
        'move',
        'take_up',
        'tick',
        'untick',
        'sign_up_for',
        'end_signup',
        'send',
        'resend',
        'try',
        'write_message',
        'share_photos',
        'hide_photos',
        'change_status',
        'chase',
        'say_still_working',
        'merge_in',
        'unmerge',
        'assign',
      ],
      audit_shape: [
        'none',
        'role',
        'language',
        'fields',
        'status',
        'dates',
        'merged',
        'taken_back',
        'count',
        'flat',
        'title',
        'check',
      ],
      audit_subject: [
        'proposal',
        'comment',
        'question',
        'activity',
        'message',
        'poll',
        'notice',
        'membership',
        'join_request',
        'flat',
        'place',
        'block',
        'contact',
        'translation',
        'host',
        'outage',
        'responsibility',
        'deadline',
        'assignee',
        'landlord_settings',
        'webhook',
        'session',
        'series',
        'attendance',
        'join_code',
        'installation',
        'signup',
        'report',
        'api_key',
      ],
      change_outcome: [
        'changed',
        'wrong_receipt',
        'too_many_attempts',
        'not_yet_open',
        'closed',
        'stopped',
        'not_entitled',
        'wrong_choices',
        'too_many_choices',
        'over_budget',
      ],
      chase_report_outcome: ['chased', 'chased_today', 'not_open', 'not_allowed', 'not_found'],
      check_outcome: ['checked', 'reason_missing', 'not_open', 'not_allowed'],
      comment_outcome: [
        'commented',
        'comments_off',
        'too_many',
        'alias_taken',
        'paused',
        'not_open',
        'not_allowed',
      ],
      contact_kind: ['consultant', 'meeting_place', 'landlord', 'duty_phone'],
      count_outcome: [
        'counted',
        'wrong_number',
        'wrong_choices',
        'not_closed',
        'already_counted',
        'not_allowed',
      ],
      create_report_outcome: [
        'created',
        'not_member',
        'wrong_place',
        'wrong_thing',
        'wrong_photo',
        'too_many_today',
        'sent_already',
        'id_taken',
      ],
      decide_outcome: ['approved', 'declined', 'reason_missing', 'already_decided', 'not_allowed'],
      delete_account_outcome: [
        'deleted',
        'wrong_password',
        'too_many_attempts',
        'second_factor_missing',
        'not_found',
      ],
      delivery_state: ['in_desk', 'queued', 'sent', 'failed', 'acknowledged'],
      extend_outcome: [
        'extended',
        'already_extended',
        'reason_missing',
        'too_early',
        'too_late',
        'not_open',
        'not_allowed',
      ],
      factor_rule_outcome: ['saved', 'own_first', 'not_found'],
      figure_metric: [
        'dates_held',
        'attendance',
        'signups',
        'new_cases',
        'fixed_cases',
        'late_cases',
        'days_to_answer',
        'days_to_fixed',
        'votes_counted',
        'could_vote',
        'voted',
        'follow_ups_done',
        'pulse_answers',
        'pulse_good',
        'pulse_ok',
        'pulse_bad',
        'pulse_good_or_ok',
        'pulse_ok_or_bad',
      ],
      flag_outcome: ['flagged', 'already_flagged', 'too_many', 'paused', 'not_found'],
      flag_verdict: ['hidden', 'dismissed', 'edited'],
      follow_report_outcome: [
        'followed',
        'unfollowed',
        'unchanged',
        'own_report',
        'finished',
        'not_found',
      ],
      follow_up_moment: ['before', 'after'],
      follow_up_photo_outcome: ['added', 'removed', 'too_many', 'no_picture', 'not_allowed'],
      follow_up_status: ['decision', 'work', 'done', 'declined'],
      hidden_by: ['flags', 'staff'],
      join_ask_outcome: ['asked', 'already_member', 'too_many_attempts'],
      join_decide_outcome: ['approved', 'declined', 'already_decided', 'no_such_flat', 'not_found'],
      join_outcome: [
        'joined',
        'already_member',
        'wrong_code',
        'expired',
        'used_up',
        'too_many_attempts',
      ],
      join_request_status: ['open', 'approved', 'declined'],
      letter_text_outcome: ['saved', 'removed', 'too_many', 'not_allowed'],
      locale: ['nb', 'en'],
      member_role: ['resident', 'partner', 'consultant', 'landlord', 'observer', 'admin'],
      merge_outcome: ['merged', 'already_decided', 'in_vote', 'not_found', 'not_allowed'],
      merge_report_outcome: [
        'merged',
        'unmerged',
        'not_allowed',
        'not_found',
        'wrong_target',
        'not_merged',
        'target_merged',
      ],
      message_audience: ['resident', 'everyone', 'internal'],
      message_rhythm: ['at_once', 'gathered'],
      message_topic: ['activities', 'reports', 'votes', 'notices', 'account'],
      milestone_act: ['done', 'undone', 'removed'],
      milestone_outcome: [
        'added',
        'done',
        'undone',
        'removed',
        'too_many',
        'closed',
        'not_allowed',
      ],
      moderation_act: ['dismiss', 'hide', 'restore', 'edit', 'warn', 'pause', 'lift_pause'],
      moderation_outcome: [
        'done',
        'reason_missing',
        'text_missing',
        'days_missing',
        'in_open_vote',
        'nothing_to_do',
        'not_found',
      ],
      notice_act: ['publish', 'withdraw', 'remove', 'keep_photo', 'remove_photo'],
      notice_audience: ['everybody', 'members', 'stairs', 'flats', 'families'],
      notice_class: ['ordinary', 'important', 'urgent'],
      notice_field: ['title', 'body', 'class', 'audience', 'published_at', 'ends_at'],
      notice_outcome: [
        'saved',
        'published',
        'planned',
        'withdrawn',
        'removed',
        'photo_kept',
        'photo_removed',
        'nothing_to_do',
        'end_has_passed',
        'places_missing',
        'photo_missing',
        'not_found',
      ],
      notice_photo_kind: ['situation', 'portrait', 'drawing'],
      notice_state: ['draft', 'published', 'withdrawn'],
      notification_about: ['activity', 'report', 'proposal', 'poll', 'notice', 'account'],
      notification_kind: [
        'place_won',
        'place_offered',
        'session_today',
        'session_moved',
        'session_cancelled',
        'place_changed',
        'activity_cancelled',
        'activity_message',
        'activity_approved',
        'activity_declined',
        'activity_host_left',
        'report_status',
        'report_message',
        'report_question',
        'report_merged',
        'report_late',
        'proposal_approved',
        'proposal_declined',
        'proposal_question',
        'proposal_merged',
        'proposal_checked',
        'poll_opened',
        'poll_extended',
        'poll_stopped',
        'poll_counted',
        'poll_uncounted',
        'poll_answer',
        'follow_up_changed',
        'follow_up_given',
        'follow_up_late',
        'notice_new',
        'notice_urgent',
        'notice_photo_request',
        'account_moderated',
        'account_paused',
        'account_slip',
        'account_password',
        'account_joined',
        'account_not_joined',
        'account_ended',
      ],
      notification_page: [
        'activity',
        'activity_desk',
        'report',
        'proposal',
        'poll',
        'poll_questions',
        'poll_count',
        'poll_follow_up',
        'notice',
        'notice_desk',
        'home',
        'join_without_code',
        'my_pause',
        'staff_acts',
      ],
      notification_urgency: ['whenever', 'pressing', 'urgent'],
      object_report_outcome: [
        'counted',
        'reopened',
        'unchanged',
        'not_allowed',
        'too_late',
        'not_found',
      ],
      offer_outcome: ['accepted', 'declined', 'lapsed', 'not_offered'],
      open_poll_outcome: [
        'opened',
        'not_draft',
        'too_few_options',
        'cost_missing',
        'closes_too_early',
        'not_checked',
        'nobody_entitled',
        'not_allowed',
      ],
      open311_create_outcome: [
        'created',
        'wrong_key',
        'place_unknown',
        'place_ambiguous',
        'wrong_place',
        'too_many_today',
      ],
      open311_update_outcome: [
        'done',
        'wrong_key',
        'not_found',
        'not_allowed',
        'reason_missing',
        'waiting_for_missing',
        'too_many_today',
      ],
      outbox_channel: ['webhook', 'email', 'push', 'sms'],
      outbox_kind: ['report_created', 'report_changed', 'test', 'personal', 'join_answer'],
      outbox_status: ['queued', 'sent', 'failed'],
      owner_type: ['heleid', 'borettslag_sameie'],
      paper_outcome: [
        'marked',
        'unmarked',
        'already_voted',
        'not_marked',
        'not_open',
        'not_found',
        'not_allowed',
      ],
      password_check: ['right', 'wrong', 'too_many_attempts'],
      password_outcome: ['changed', 'password_invalid', 'not_found'],
      phase_owner: ['residents', 'consultant', 'landlord'],
      phone_outcome: ['confirmed', 'wrong', 'expired', 'too_many_attempts'],
      photo_request_outcome: ['hidden', 'noted', 'not_found'],
      place_kind: ['stair', 'floor', 'flat', 'common_room', 'lift', 'laundry', 'cellar', 'yard'],
      plan_poll_outcome: ['planned', 'not_draft', 'too_few_options', 'cost_missing', 'not_allowed'],
      poll_kind: ['yes_no', 'single', 'multiple', 'budget'],
      poll_phase: ['ideas', 'check', 'questions', 'vote', 'decision', 'work', 'done'],
      poll_rule: ['per_flat', 'per_person'],
      poll_stance: ['yes', 'no', 'abstain'],
      poll_status: ['draft', 'planned', 'open', 'closed', 'stopped'],
      post_outage_outcome: [
        'posted',
        'not_allowed',
        'wrong_place',
        'wrong_thing',
        'finished',
        'posted_already',
      ],
      proposal_kind: ['social', 'physical'],
      proposal_message_outcome: [
        'sent',
        'nothing_asked',
        'too_many',
        'already_decided',
        'not_allowed',
      ],
      proposal_status: ['pending', 'approved', 'declined', 'withdrawn', 'merged'],
      propose_outcome: [
        'proposed',
        'too_many_pending',
        'wrong_photo',
        'alias_taken',
        'paused',
        'not_allowed',
      ],
      pulse_answer: ['good', 'ok', 'bad'],
      pulse_outcome: ['thanks', 'answered_already', 'not_asked'],
      pulse_state: ['ask', 'answered', 'not_asked'],
      receipt_outcome: ['counted', 'not_found', 'too_many_attempts', 'not_entitled'],
      report_access: ['call_first', 'may_enter'],
      report_actor: ['landlord', 'consultant', 'reporter', 'neighbour', 'system'],
      report_assignee_kind: ['person', 'contractor'],
      report_event_kind: ['status', 'chased', 'still_working', 'merged_in', 'unmerged', 'assigned'],
      report_message_outcome: ['sent', 'not_allowed', 'not_found', 'too_many_today'],
      report_question_outcome: [
        'asked',
        'answered',
        'not_allowed',
        'not_found',
        'wrong_times',
        'closed',
      ],
      report_sort: ['oldest', 'newest', 'changed', 'affected', 'deadline'],
      report_status: [
        'received',
        'forwarded',
        'in_progress',
        'waiting',
        'fixed',
        'confirmed',
        'reopened',
        'closed',
        'withdrawn',
        'merged',
      ],
      report_status_outcome: [
        'changed',
        'unchanged',
        'not_allowed',
        'reason_missing',
        'waiting_for_missing',
        'others_have_it',
        'appealed_already',
        'not_found',
      ],
      report_thing: [
        'leak',
        'drain',
        'hot_water',
        'heating',
        'power',
        'light',
        'damp_air',
        'window',
        'door_lock',
        'intercom',
        'pests',
        'fire_safety',
        'appliance',
        'escape_route',
        'rubbish',
        'vandalism',
        'cleaning',
        'snow_ice',
        'playground',
        'greenery',
        'paving',
        'storage_room',
        'washing_machine',
        'dryer',
        'lift_stopped',
        'lift_door',
        'lift_button',
        'lift_sound',
        'other',
      ],
      report_wait: ['parts', 'contractor', 'access'],
      responsible_party: ['tenant', 'shared', 'landlord'],
      save_poll_outcome: ['saved', 'not_draft'],
      session_change_outcome: [
        'moved',
        'cancelled',
        'restored',
        'past',
        'taken',
        'changed_meanwhile',
        'activity_cancelled',
        'not_found',
      ],
      share_photos_outcome: ['shared', 'hidden', 'not_allowed', 'not_found'],
      signup_actor: ['self', 'staff', 'system'],
      signup_cancel_outcome: ['cancelled', 'not_signed_up', 'too_late', 'past', 'not_found'],
      signup_outcome: [
        'signed_up',
        'waitlisted',
        'already_signed_up',
        'not_open_yet',
        'closed',
        'cancelled',
        'past',
        'not_member',
        'no_signup_needed',
        'party_too_big',
        'not_found',
      ],
      signup_reason: [
        'free_place',
        'full',
        'does_not_fit',
        'place_freed',
        'more_places',
        'offer_accepted',
        'offer_declined',
        'offer_lapsed',
        'cancelled_by_self',
        'cancelled_by_staff',
        'activity_cancelled',
        'moved_out',
      ],
      signup_status: ['signed_up', 'offered', 'waitlisted', 'cancelled', 'declined', 'lapsed'],
      staff_gate: ['open', 'code', 'setup', 'ended'],
      stop_outcome: ['stopped', 'reason_missing', 'not_open', 'not_allowed'],
      support_outcome: ['supported', 'not_supported', 'not_open'],
      tenant_outcome: ['changed', 'nothing_to_do', 'not_found'],
      thing_kind: ['proposal', 'comment', 'question', 'activity', 'message'],
      turnout_band: [
        'hidden',
        'under_quarter',
        'under_half',
        'under_three_quarters',
        'three_quarters',
      ],
      update_follow_up_outcome: [
        'updated',
        'reopened',
        'changed_meanwhile',
        'body_missing',
        'next_missing',
        'next_passed',
        'next_too_far',
        'delay_missing',
        'wrong_status',
        'closed',
        'not_allowed',
      ],
      usual_reason: ['person', 'rude', 'private', 'off_topic', 'misleading'],
      vote_outcome: [
        'voted',
        'already_voted',
        'voted_on_paper',
        'not_yet_open',
        'closed',
        'stopped',
        'not_entitled',
        'wrong_choices',
        'too_many_choices',
        'over_budget',
        'bad_receipt',
      ],
      vote_state: ['can_vote', 'voted', 'voted_on_paper', 'not_entitled', 'closed', 'not_yet_open'],
      vote_way: ['web', 'paper'],
      waiting_kind: [
        'flag',
        'appeal',
        'photo_request',
        'join_request',
        'case',
        'late_case',
        'question',
        'proposal',
        'activity',
        'count',
        'follow_up',
        'closing',
        'unreached',
        'draft',
      ],
    },
  },
} as const;
